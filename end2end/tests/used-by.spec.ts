import { Api, mtls } from "../support/api.ts";
import { expect, hydrated, LIST, open, test } from "../support/fixtures.ts";
import { axe, fitsOnAPhone } from "../support/looks.ts";

test("who uses a certificate", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const bank = await api.upload("Bank", workshop.client({ name: "bank.example", to: 200 }));
  await api.upload("Spare", workshop.client({ name: "spare.example", to: 300 }));
  await api.makePrimary(bank);
  const transfer = await api.createNode("Payouts › Create transfer", mtls("primary"));
  await api.createNode("Treasury › Balance", mtls(bank));
  await api.createNode("Off", mtls(bank, false));
  await page.reload();
  await hydrated(page);

  await expect(list.row("Spare").getByRole("cell", { name: "Not used" })).toBeVisible();
  const button = list.row("Bank").getByRole("button", { name: "Used by 2 nodes: show the list for Bank" });
  await expect(button).toHaveText("2 nodes");
  await button.focus();
  await page.keyboard.press("Enter");
  const nodes = page.getByRole("dialog", { name: "Bank is used by 2 nodes" });
  await expect(nodes.getByRole("listitem")).toHaveText([
    /^Off\s+pinned, mTLS off$/, /^Payouts › Create transfer\s+follows the primary$/, /^Treasury › Balance\s+pinned$/,
  ]);
  await expect(nodes).toContainText("It was not sent in any call yet.");
  await expect(nodes.getByRole("link", { name: "Payouts › Create transfer" })).toHaveAttribute("href", `/api-nodes/${transfer}`);
  await axe(page);
  await fitsOnAPhone(page);

  // The focus stays on the button, Tab enters the list, Esc closes it and goes back.
  await expect(button).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(nodes.getByRole("link").first()).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(nodes).toBeHidden();
  await expect(button).toBeFocused();
});

test("nodes are named, not linked, for those who may not open them", async ({ list, browser, page, server, workshop }) => {
  await expect(list.createButton).toBeVisible();
  const api = new Api(server);
  await api.createNode("Balance", mtls(await api.upload("Bank", workshop.client({ name: "bank.example" }))));
  const account = server.run("account", "list").stdout.split("\t")[0]!;
  const person = ["--email", "jo@meridian.example", "--name", "Jo", "--account", account, "--permission", "settings:company_settings"];
  expect(server.runTyping("a horse in a blue hat", "user", "create", ...person, "--password-stdin").status).toBe(0);
  const context = await browser.newContext({ baseURL: server.origin });
  const jo = await context.newPage();
  await open(jo, "/sign-in");
  await jo.getByLabel("Email").fill("jo@meridian.example");
  await jo.getByLabel("Password", { exact: true }).fill("a horse in a blue hat");
  await jo.getByRole("button", { name: "Sign in" }).click();
  await jo.waitForURL("**" + LIST);
  await hydrated(jo);
  await jo.getByRole("button", { name: "Used by 1 node: show the list for Bank" }).click();
  const nodes = jo.getByRole("dialog", { name: "Bank is used by 1 node" });
  await expect(nodes.getByRole("listitem")).toHaveText([/^Balance\s+pinned$/]);
  await expect(nodes.getByRole("link")).toHaveCount(0);
  await context.close();
  await page.bringToFront();
});

test("filtered and sorted by use, and what is due is said", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const ids: Record<string, string> = {};
  for (const [name, to] of [["Late", 300], ["Soon", 3], ["Sooner", 2], ["Idle", 4]] as const) {
    ids[name] = await api.upload(name, workshop.client({ name: `${name.toLowerCase()}.example`, from: -300, to }));
  }
  await page.reload();
  await hydrated(page);
  await expect(page.getByText(/expires? this week/)).toHaveCount(0);
  for (const name of ["Late", "Soon", "Soon", "Soon", "Sooner"]) await api.createNode(`Node of ${name}`, mtls(ids[name]!));
  await page.reload();
  await hydrated(page);
  const banner = page.locator(".banner-warning");
  await expect(banner).toContainText("2 certificates expire this week, used by 4 nodes. Their calls will fail unless you replace them.");
  const attention = (words: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: `Certificates ${words}`, exact: true });
  await expect(attention("2 need attention")).toBeVisible();
  await open(page, "/company/team");
  await expect(attention("2 need attention")).toBeVisible();
  await open(page, LIST);
  await banner.getByRole("link", { name: "Review" }).click();
  await expect(page).toHaveURL(/\?filter=expiring$/);
  await expect(list.row("Late")).toBeHidden();
  expect(await list.names()).toEqual(["Sooner", "Soon", "Idle"]);

  await page.getByRole("link", { name: /^Unused 1/ }).click();
  await expect(page).toHaveURL(/\?filter=unused$/);
  await expect(list.row("Soon")).toBeHidden();
  expect(await list.names()).toEqual(["Idle"]);
  await page.getByRole("link", { name: /^All/ }).click();
  await expect(list.row("Soon")).toBeVisible();
  await page.getByRole("columnheader", { name: "Used by" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Used by" })).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("columnheader", { name: "Used by" }).getByRole("link").click();
  await expect(page).toHaveURL(/\?sort=-used$/);
  await expect(page.getByRole("columnheader", { name: "Used by" })).toHaveAttribute("aria-sort", "descending");
  await expect.poll(async () => (await list.names())[0]).toBe("Soon");
  expect((await list.names())[3]).toBe("Idle");

  // While somebody looks.
  await api.createNode("Node of Idle", mtls(ids["Idle"]!));
  await expect(attention("3 need attention")).toBeVisible();
});
