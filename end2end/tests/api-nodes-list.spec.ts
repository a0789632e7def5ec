import { loseCookies } from "../support/fixtures.ts";
import { Editor, NODES, expect, hydrated, open, row, test } from "../support/node-pages.ts";

test("search and filters live in the address", async ({ api, page, workshop }) => {
  const pinned = await api.upload("Bank prod", workshop.client({ name: "bank.example" }), { primary: true });
  await api.createNode("Create transfer", { mtls: { enabled: true } });
  await api.createNode("Charge card", { url: "https://acquirer.example/v2/charges", mtls: { enabled: true, certificate: pinned } });
  await api.createNode("Exchange rates", { url: "https://rates.example/latest" });
  await open(page, NODES);
  const filters = page.getByRole("list", { name: "Filter" });
  await expect(filters.getByRole("link")).toHaveText(["All 3", "Follows the primary 1", "Pinned 1", "mTLS off 1", "Failing 0"]);
  const names = () => page.locator(".row-title").allTextContents();
  expect(await names()).toEqual(["Charge card", "Create transfer", "Exchange rates"]);
  const search = page.getByRole("searchbox", { name: "Search API nodes" });
  await search.fill("ACQUIRER");
  await expect.poll(names).toEqual(["Charge card"]);
  await expect(page).toHaveURL(`${NODES}?q=ACQUIRER`);
  await expect(search).toBeFocused();
  await filters.getByRole("link", { name: "mTLS off 1" }).click();
  await expect(page.getByText("No API node has its mTLS off and contains “ACQUIRER” in its name, address or certificate.")).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect.poll(names).toHaveLength(3);
  await expect(search).toHaveValue("");
  await filters.getByRole("link", { name: "Pinned 1" }).click();
  await expect.poll(names).toEqual(["Charge card"]);
  await page.reload();
  await hydrated(page);
  expect(await names()).toEqual(["Charge card"]);

  await open(page, `${NODES}?q=bank+prod`);
  expect(await names()).toEqual(["Charge card", "Create transfer"]);
  await row(page, "Charge card").getByRole("link", { name: "Bank prod" }).click();
  await page.waitForURL(`**/certificates/${pinned}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Bank prod");
});

test("who lacks the permission reads which one, and whom to ask", async ({ api, page, server, workshop }) => {
  await api.upload("Bank prod", workshop.client({ name: "bank.example", from: -300, to: 3 }), { primary: true });
  await api.createNode("Create transfer", { mtls: { enabled: true } });
  const password = "another horse battery staple";
  const create = (email: string, name: string, permission: string) =>
    server.runTyping(password, "user", "create", "--email", email, "--name", name, "--account", api.account, "--permission", permission, "--password-stdin");
  expect(create("iris@meridian.example", "Iris Sole", "settings:company_settings").status).toBe(0);
  expect(create("noor@meridian.example", "Noor Node", "api_nodes:manage").status).toBe(0);
  const enter = async (email: string, path: string) => {
    await loseCookies(page);
    await open(page, `/sign-in?next=${path}`);
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**" + path);
    await hydrated(page);
  };
  await enter("iris@meridian.example", NODES);
  await expect(page.getByRole("heading", { name: "You cannot see the API nodes" })).toBeVisible();
  await expect(page.getByText("api_nodes:manage")).toBeVisible();
  await expect(page.getByRole("link", { name: "Ana Ruiz" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API nodes" })).toBeHidden();
  await open(page, `${NODES}/new`);
  await expect(page.getByRole("heading", { name: "You cannot see the API nodes" })).toBeVisible();

  const certificates = (name: string) => page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true });
  await expect(certificates("Certificates 1 needs attention")).toBeVisible();

  await enter("noor@meridian.example", NODES);
  await expect(page.getByRole("button", { name: /Noor Node/ })).toBeVisible();
  await expect(row(page, "Create transfer")).toContainText("Bank prod");
  await expect(row(page, "Create transfer").getByRole("link", { name: "Bank prod" })).toHaveCount(0);
  await expect(certificates("Certificates")).toBeVisible();
  await open(page, `${NODES}/new`);
  const editor = new Editor(page);
  await editor.mtls.check();
  await expect(editor.certificate.locator("option:checked")).toHaveText("Primary certificate (automatic) — Bank prod");
  await expect(page.getByText("Follows the primary: “Bank prod”")).toBeVisible();
  await expect(page.getByRole("link", { name: "Open Bank prod" })).toHaveCount(0);
});

test.describe("when the list cannot be read again", () => {
  test.use({ expectedMessages: { patterns: [/Failed to load resource: net::ERR_FAILED/, /TypeError: Failed to fetch/] } });

  test("what is drawn stays, with a way to try again", async ({ api, page }) => {
    await api.createNode("Create transfer");
    await api.createNode("Exchange rates");
    // Else the list is read again by itself when the test's own change is told, before "Try again" is pressed.
    await page.route("**/events?*", () => {});
    await open(page, NODES);
    await page.route("**/sfn/api-nodes/list", (route) => route.abort());
    await row(page, "Exchange rates").getByRole("button", { name: "Delete Exchange rates" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete API node" }).click();
    const banner = page.getByRole("alert");
    await expect(banner).toContainText("This list may be out of date.");
    await expect(banner).toContainText("Check your connection");
    await expect(row(page, "Create transfer")).toBeVisible();
    await expect(page.getByRole("link", { name: "Create API node" })).toBeVisible();
    await expect(row(page, "Create transfer").getByRole("button", { name: "Delete Create transfer" })).toBeFocused();

    await page.unroute("**/sfn/api-nodes/list");
    await banner.getByRole("button", { name: "Try again" }).click();
    await expect(row(page, "Exchange rates")).toBeHidden();
    await expect(row(page, "Create transfer")).toBeVisible();
    await expect(banner).toBeHidden();
  });
});
