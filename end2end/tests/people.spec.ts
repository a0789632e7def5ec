import type { Browser, Locator, Page } from "@playwright/test";

import { LIST, PASSWORD, SIGNED_OUT, arrived, expect, hydrated, loseCookies, open, setUp, signIn, tabTo, test } from "../support/fixtures.ts";
import { axeAsItIs } from "../support/looks.ts";
import type { Server } from "../support/server.ts";

const TEAM = "/company/team";
const ADMINISTER = "settings:company_settings";
const NODES = "api_nodes:manage";

/** Creates somebody on the command line, in the first company unless said otherwise. */
function create(server: Server, email: string, name: string, permissions: string[], account?: string): void {
  const id = account ?? server.run("account", "list").stdout.split("\t")[0]!;
  const granted = permissions.flatMap((permission) => ["--permission", permission]);
  const words = ["user", "create", "--email", email, "--name", name, "--account", id, ...granted, "--password-stdin"];
  const { status, stderr } = server.runTyping(PASSWORD + "\n", ...words);
  expect(status, stderr).toBe(0);
}

/** Somebody in a browser of their own. */
async function signedIn(browser: Browser, server: Server, email: string, path = LIST): Promise<Page> {
  const page = await (await browser.newContext({ baseURL: server.origin })).newPage();
  await open(page, `/sign-in?next=${encodeURIComponent(path)}`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**" + path);
  await hydrated(page);
  return page;
}

function member(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader").filter({ hasText: name }) });
}

/** Invites somebody as the team page does, and gives the link that is shown. */
async function invite(page: Page, email: string, permissions: string[] = []): Promise<string> {
  await page.getByRole("button", { name: "Invite member" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite member" });
  await dialog.getByLabel("Email").fill(email);
  for (const permission of permissions) await dialog.getByRole("checkbox", { name: permission }).check();
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const shown = page.getByRole("dialog", { name: "Send this link" });
  const link = await shown.locator("#link").innerText();
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(member(page, email)).toBeVisible();
  return link;
}

test("an invited person comes in once, with the permissions that were given", async ({ list, page, browser, server }) => {
  await expect(list.createButton).toBeVisible();
  await page.getByRole("link", { name: "Team" }).click();
  await expect(page).toHaveURL(TEAM);
  await expect(page.getByRole("link", { name: "Team" })).toHaveAttribute("aria-current", "page");
  const link = await invite(page, "jo@meridian.example", [NODES]);
  await expect(member(page, "jo@meridian.example")).toContainText(NODES);
  await expect(member(page, "jo@meridian.example")).toContainText("Invited until");
  expect(await page.content()).not.toContain(link.split("token=")[1]);

  const jo = await (await browser.newContext({ baseURL: server.origin })).newPage();
  await open(jo, link);
  await expect(jo.getByText("Ana Ruiz invites you to Meridian Retail.")).toBeVisible();
  await expect(jo.getByLabel("Email")).toHaveValue("jo@meridian.example");
  await jo.getByLabel("Your name").fill("Jo Park");
  await jo.getByLabel("Password", { exact: true }).fill("Password2026!");
  await jo.getByRole("button", { name: "Join" }).click();
  await expect(jo.locator("#password-error")).toContainText("first that are guessed");
  await expect(jo.getByLabel("Your name")).toHaveValue("Jo Park");
  await jo.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await jo.getByRole("button", { name: "Join" }).click();
  await jo.waitForURL("**" + LIST);
  await expect(jo.getByRole("heading", { name: "You cannot see the certificates" })).toBeVisible();

  await open(jo, link);
  await expect(jo.getByRole("alert")).toContainText("not valid any more");
  await page.reload();
  await expect(member(page, "Jo Park")).toContainText("jo@meridian.example");
  await jo.context().close();
});

test("an invitation can be renewed and taken back", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await open(page, TEAM);
  const first = await invite(page, "jo@meridian.example");
  await page.getByRole("button", { name: "New link for jo@meridian.example" }).click();
  const dialog = page.getByRole("dialog", { name: "New link" });
  await expect(dialog.getByLabel("Email")).toHaveValue("jo@meridian.example");
  await dialog.getByRole("button", { name: "Make the link" }).click();
  const second = await page.locator("#link").innerText();
  expect(second).not.toBe(first);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "New link for jo@meridian.example" })).toBeFocused();

  await page.getByRole("button", { name: "Take back the invitation of jo@meridian.example" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Take it back" }).click();
  await expect(member(page, "jo@meridian.example")).toBeHidden();
  for (const link of [first, second]) {
    await open(page, link);
    await expect(page.getByRole("alert")).toContainText("not valid any more");
  }
});

test("what is typed into the invitation is judged at its field", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await open(page, TEAM);
  await page.getByRole("button", { name: "Invite member" }).click();
  const dialog = page.getByRole("dialog", { name: "Invite member" });
  await expect(dialog.getByLabel("Email")).toBeFocused();
  await dialog.getByRole("checkbox", { name: NODES }).check();
  await dialog.getByLabel("Email").fill("ana@meridian.example");
  await page.keyboard.press("Enter");
  await expect(dialog.locator("#invite-email-error")).toContainText("Ana Ruiz has this address");
  await expect(dialog.getByRole("checkbox", { name: NODES })).toBeChecked();
});

test("permissions are given and taken, and the last administrator stays", async ({ list, page, browser, server }) => {
  await expect(list.createButton).toBeVisible();
  create(server, "jonas@meridian.example", "Jonas Weber", [NODES]);
  const jonas = await signedIn(browser, server, "jonas@meridian.example");
  await expect(jonas.getByText(ADMINISTER)).toBeVisible();
  await expect(jonas.getByRole("link", { name: "Ana Ruiz" })).toHaveAttribute("href", "mailto:ana@meridian.example");

  await open(page, TEAM);
  await page.getByRole("button", { name: "Edit permissions of Ana Ruiz" }).click();
  await page.getByRole("checkbox", { name: ADMINISTER }).uncheck();
  await page.getByRole("button", { name: "Save permissions" }).click();
  await expect(page.getByRole("alert")).toContainText("Give it to another member first");
  await expect(page.getByRole("alert")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Edit permissions of Ana Ruiz" })).toBeFocused();

  await page.getByRole("button", { name: "Edit permissions of Jonas Weber" }).click();
  await page.getByRole("checkbox", { name: ADMINISTER }).check();
  await page.getByRole("button", { name: "Save permissions" }).click();
  await expect(list.toast).toHaveText("Permissions of Jonas Weber changed.");
  await expect(member(page, "Jonas Weber")).toContainText(ADMINISTER);
  await jonas.reload();
  await expect(jonas.getByRole("heading", { name: "No certificates yet" })).toBeVisible();

  // Somebody else was faster.
  await open(jonas, TEAM);
  await jonas.getByRole("button", { name: "Edit permissions of Jonas Weber" }).click();
  await page.getByRole("button", { name: "Edit permissions of Jonas Weber" }).click();
  await page.getByRole("checkbox", { name: NODES }).uncheck();
  await page.getByRole("button", { name: "Save permissions" }).click();
  await expect(member(page, "Jonas Weber")).not.toContainText(NODES);
  await jonas.getByRole("checkbox", { name: NODES }).uncheck();
  await jonas.getByRole("button", { name: "Save permissions" }).click();
  await expect(jonas.getByRole("alert")).toContainText("Ana Ruiz changed these permissions");
  await jonas.keyboard.press("Escape");
  await expect(member(jonas, "Jonas Weber")).not.toContainText(NODES);
  await jonas.context().close();
});

test("who is removed, or whose sessions are ended, is out", async ({ list, page, browser, expectedMessages, server }) => {
  expectedMessages.patterns.push(SIGNED_OUT);
  await expect(list.createButton).toBeVisible();
  create(server, "jonas@meridian.example", "Jonas Weber", [ADMINISTER]);
  const jonas = await signedIn(browser, server, "jonas@meridian.example");
  await open(page, TEAM);
  await page.getByRole("button", { name: "End the sessions of Jonas Weber" }).click();
  await expect(page.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.getByRole("alertdialog").getByRole("button", { name: "End sessions" }).click();
  await expect(list.toast).toHaveText("Jonas Weber is signed out: 1 session ended.");
  await jonas.goto(LIST);
  await expect(jonas).toHaveURL(/\/sign-in\?next=/);

  await page.getByRole("button", { name: "Remove Jonas Weber" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove from team" }).click();
  await expect(list.toast).toHaveText("Jonas Weber removed from the team.");
  await expect(member(page, "Jonas Weber")).toBeHidden();
  await hydrated(jonas);
  await jonas.getByLabel("Email").fill("jonas@meridian.example");
  await jonas.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await jonas.getByRole("button", { name: "Sign in" }).click();
  await expect(jonas.getByRole("alert")).toHaveText("The email or the password is not correct.");
  await jonas.context().close();
});

test("one person in two companies goes over, in every tab", async ({ list, page, server, workshop, context }) => {
  await list.create(workshop.client({ name: "meridian.example" }).pem, "Only in Meridian");
  await expect(page.locator("#company-button")).toBeHidden();
  const { stdout } = server.run("account", "create", "--name", "Borealis");
  create(server, "ana@meridian.example", "Ana Ruiz", [ADMINISTER], stdout.trim());
  await page.reload();
  await hydrated(page);
  const other = await context.newPage();
  await open(other, LIST);
  await expect(other.getByText("Only in Meridian", { exact: true })).toBeVisible();

  await page.getByRole("button", { name: "Company: Meridian Retail" }).click();
  await page.getByRole("button", { name: "Borealis" }).click();
  await expect(page.getByRole("heading", { name: "No certificates yet" })).toBeVisible();
  expect(await page.content()).not.toContain("Only in Meridian");
  await expect(other.getByRole("heading", { name: "No certificates yet" })).toBeVisible();

  await hydrated(page);
  await page.getByRole("button", { name: "Company: Borealis" }).click();
  await page.getByRole("button", { name: "Meridian Retail" }).click();
  await expect(page.getByText("Only in Meridian", { exact: true })).toBeVisible();
});

test("an invitation to a second company asks for the password, or just for the click", async ({ list, page, server, browser }) => {
  await expect(list.createButton).toBeVisible();
  const { stdout } = server.run("account", "create", "--name", "Borealis");
  create(server, "olga@borealis.example", "Olga Berg", [ADMINISTER], stdout.trim());
  await open(page, TEAM);
  const link = await invite(page, "olga@borealis.example", [ADMINISTER]);

  const stranger = await (await browser.newContext({ baseURL: server.origin })).newPage();
  await open(stranger, link);
  await expect(stranger.getByLabel("Your name")).toBeHidden();
  await stranger.getByLabel("Password", { exact: true }).fill("not the password at all");
  await stranger.getByRole("button", { name: "Join" }).click();
  await expect(stranger.locator("#password-error")).toContainText("not the password of this account");
  await stranger.context().close();

  const olga = await signedIn(browser, server, "olga@borealis.example");
  await open(olga, link);
  await expect(olga.getByLabel("Password", { exact: true })).toBeHidden();
  await olga.getByRole("button", { name: "Join" }).click();
  await olga.waitForURL("**" + LIST);
  await expect(olga.getByRole("button", { name: "Company: Meridian Retail" })).toBeVisible();
  await olga.context().close();
});

test("the password changes, and every other session ends", async ({ list, page, browser, expectedMessages, server }) => {
  expectedMessages.patterns.push(SIGNED_OUT);
  await expect(list.createButton).toBeVisible();
  const elsewhere = await signedIn(browser, server, "ana@meridian.example");
  const dialog = page.getByRole("dialog", { name: "Change password" });
  const change = dialog.getByRole("button", { name: "Change password" });
  await page.getByRole("button", { name: "Ana Ruiz, your account" }).click();
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(dialog.getByLabel("Current password", { exact: true })).toBeFocused();
  await dialog.getByLabel("Current password", { exact: true }).fill("not the password at all");
  await dialog.getByLabel("New password", { exact: true }).fill("seven blue lamps at dusk");
  await change.click();
  await expect(dialog.locator("#current-error")).toHaveText("This is not your password.");
  await dialog.getByLabel("Current password", { exact: true }).fill(PASSWORD);
  await dialog.getByLabel("New password", { exact: true }).fill("Meridian Retail 1");
  await change.click();
  await expect(dialog.locator("#new-password-error")).toContainText("without them");
  await dialog.getByLabel("New password", { exact: true }).fill("seven blue lamps at dusk");
  await change.click();
  await expect(list.toast).toHaveText("Password changed. You are signed out everywhere else.");
  await expect(page.getByRole("button", { name: "Ana Ruiz, your account" })).toBeFocused();

  await page.reload();
  await expect(page).toHaveURL(LIST);
  await elsewhere.goto(LIST);
  await expect(elsewhere).toHaveURL(/\/sign-in\?next=/);
  await hydrated(elsewhere);
  await signIn(elsewhere);
  await expect(elsewhere.getByRole("alert")).toHaveText("The email or the password is not correct.");
  await signIn(elsewhere, "seven blue lamps at dusk");
  await elsewhere.waitForURL("**" + LIST);

  await hydrated(elsewhere);
  await elsewhere.getByRole("button", { name: "Ana Ruiz, your account" }).click();
  await elsewhere.getByRole("button", { name: "Sign out everywhere" }).click();
  await elsewhere.waitForURL("**/sign-in");
  await page.goto(LIST);
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await elsewhere.context().close();
});

test("without the permission nothing of the certificates is in the page", async ({ list, browser, server, workshop }) => {
  await list.create(workshop.client({ name: "hidden.example" }).pem, "Hidden one");
  create(server, "jonas@meridian.example", "Jonas Weber", []);
  const jonas = await signedIn(browser, server, "jonas@meridian.example");
  await expect(jonas.getByRole("heading", { name: "You cannot see the certificates" })).toBeVisible();
  await expect(jonas.getByText("ana@meridian.example")).toBeVisible();
  expect(await (await jonas.request.get(LIST)).text()).not.toMatch(/Hidden one|hidden\.example/);
  await axeAsItIs(jonas);
  await jonas.getByRole("link", { name: "Team" }).click();
  await expect(jonas.getByRole("heading", { name: "You cannot see the team" })).toBeVisible();
  await expect(jonas.getByText("ana@meridian.example")).toBeVisible();
  await jonas.context().close();
});

test("after signing in one lands where one wanted to go, and never elsewhere", async ({ list, page, server }) => {
  await expect(list.createButton).toBeVisible();
  for (const [next, landing] of [
    [TEAM, TEAM],
    ["/company/security/certificates?filter=deleted", "/company/security/certificates?filter=deleted"],
    ["https://evil.example/", LIST],
    ["//evil.example/", LIST],
    ["/\\evil.example/", LIST],
    ["/\t/evil.example/", LIST],
    ["javascript:alert(1)", LIST],
  ] as const) {
    await loseCookies(page);
    await open(page, `/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page);
    await page.waitForURL((url) => url.pathname !== "/sign-in");
    expect(page.url(), next).toBe(server.origin + landing);
  }
});

test("whoever is signed in is led on from the sign-in page", async ({ list, page, server }) => {
  await expect(list.createButton).toBeVisible();
  for (const [query, landing] of [
    [`?next=${encodeURIComponent(TEAM)}`, TEAM],
    ["", LIST],
    [`?next=${encodeURIComponent("https://evil.example/")}`, LIST],
  ] as const) {
    const answer = await page.request.get(`/sign-in${query}`, { maxRedirects: 0 });
    expect([answer.status(), answer.headers()["location"]], query).toEqual([302, landing]);
    await open(page, `/sign-in${query}`);
    expect(page.url(), query).toBe(server.origin + landing);
  }
  // A link inside of the app, which asks the server for no page.
  await open(page, "/invite?token=used");
  await page.getByRole("link", { name: "Sign in" }).click();
  await page.waitForURL("**" + LIST);
  await hydrated(page);
  await expect(list.createButton).toBeVisible();
});

test("the whole way by keyboard: invite, grant, remove", async ({ list, page, server }) => {
  await expect(list.createButton).toBeVisible();
  create(server, "jonas@meridian.example", "Jonas Weber", []);
  await tabTo(page, page.getByRole("link", { name: "Team" }));
  await page.keyboard.press("Enter");
  await page.waitForURL("**" + TEAM);
  await arrived(page);

  await tabTo(page, page.getByRole("button", { name: "Invite member" }));
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Email")).toBeFocused();
  await page.keyboard.type("jo@meridian.example");
  await tabTo(page, page.getByRole("checkbox", { name: NODES }));
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Send this link" })).toBeFocused();
  await tabTo(page, page.getByRole("button", { name: "Done" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "New link for jo@meridian.example" })).toBeFocused();
  await expect(member(page, "jo@meridian.example")).toContainText(NODES);

  await tabTo(page, page.getByRole("button", { name: "Edit permissions of Jonas Weber" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Permissions of Jonas Weber" })).toBeFocused();
  await tabTo(page, page.getByRole("checkbox", { name: ADMINISTER }));
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(list.toast).toHaveText("Permissions of Jonas Weber changed.");
  await expect(page.getByRole("button", { name: "Edit permissions of Jonas Weber" })).toBeFocused();
  await expect(member(page, "Jonas Weber")).toContainText(ADMINISTER);

  await tabTo(page, page.getByRole("button", { name: "Remove Jonas Weber" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alertdialog").getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Team", exact: true })).toBeFocused();
  await expect(member(page, "Jonas Weber")).toBeHidden();
});

test("who tries too often is told how long to wait", async ({ page, server }) => {
  await setUp(page, server);
  await loseCookies(page);
  await open(page, "/sign-in");
  const attempt = () => page.request.post("/sfn/sign-in", { data: { request: { email: "ana@meridian.example", password: "wrong one" } } });
  await Promise.all(Array.from({ length: 10 }, attempt));
  await signIn(page);
  await expect(page.getByRole("alert")).toContainText(/Too many attempts. Try again in \d+ seconds?\./);
  await expect(page.getByLabel("Email")).toHaveValue("ana@meridian.example");
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing on the pages about people", async ({ list, page, server }) => {
      await expect(list.createButton).toBeVisible();
      create(server, "jonas@meridian.example", "Jonas Weber", []);
      const { stdout } = server.run("account", "create", "--name", "Borealis");
      create(server, "ana@meridian.example", "Ana Ruiz", [ADMINISTER], stdout.trim());
      await open(page, TEAM);
      const link = await invite(page, "jo@meridian.example", [NODES]);
      await axeAsItIs(page);
      for (const button of [
        "Invite member", "Edit permissions of Jonas Weber", "End the sessions of Jonas Weber", "Remove Jonas Weber",
        "Take back the invitation of jo@meridian.example",
      ]) {
        await page.getByRole("button", { name: button }).click();
        await axeAsItIs(page);
        await page.keyboard.press("Escape");
      }
      await page.getByRole("button", { name: "Company: Meridian Retail" }).click();
      await axeAsItIs(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Ana Ruiz, your account" }).click();
      await page.getByRole("button", { name: "Change password" }).click();
      await axeAsItIs(page);
      await page.keyboard.press("Escape");
      await open(page, link);
      await axeAsItIs(page);
    });
  });
}

test.describe("360 px", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("nothing about people has to be scrolled sideways", async ({ list, page, server }) => {
    await expect(list.createButton).toBeVisible();
    const { stdout } = server.run("account", "create", "--name", "A company with a rather long name, limited");
    create(server, "ana@meridian.example", "Ana Ruiz", [ADMINISTER], stdout.trim());
    const fits = async () => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      for (const part of await page.locator("dialog[open] .dialog-body, .popover:popover-open").all()) {
        expect(await part.evaluate((body) => body.scrollWidth - body.clientWidth)).toBeLessThanOrEqual(0);
      }
    };
    await open(page, TEAM);
    const link = await invite(page, "somebody.with.a.long.address@subsidiary.meridian.example", [NODES, ADMINISTER]);
    await fits();
    await page.getByRole("button", { name: "Invite member" }).click();
    await fits();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Company:/ }).click();
    await fits();
    await page.keyboard.press("Escape");
    await open(page, link);
    await fits();
  });
});
