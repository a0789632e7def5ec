import type { BrowserContext, Page } from "@playwright/test";

import { Api, mtls } from "../support/api.ts";
import { expect, hydrated, LIST, ListPage, open, signIn, test } from "../support/fixtures.ts";

async function another(context: BrowserContext): Promise<ListPage> {
  const page: Page = await context.newPage();
  await open(page, "/sign-in");
  await signIn(page);
  await page.waitForURL("**" + LIST);
  await hydrated(page);
  return new ListPage(page);
}

/** The page is drawn anew, and told about changes from now on. */
async function listening(page: Page): Promise<void> {
  const told = page.waitForResponse(/\/events\?/);
  await page.reload();
  await told;
  await hydrated(page);
}

test("what one does the other sees, and keeps what was begun", async ({ list, browser, page, server, workshop }) => {
  await list.create(workshop.client({ name: "bank.example", to: 200 }).pem, "Bank");
  await list.create(workshop.client({ name: "post.example", to: 300 }).pem, "Post");
  const context = await browser.newContext({ baseURL: server.origin });
  const other = await another(context);
  await listening(other.page);
  await listening(page);

  // The focus stays where it is, though rows come before it.
  await other.row("Post").getByRole("button", { name: "Rename Post" }).focus();
  await list.create(workshop.client({ name: "first.example", to: 100 }).pem, "First");
  await expect(other.row("First")).toBeVisible();
  await expect(other.row("Post").getByRole("button", { name: "Rename Post" })).toBeFocused();

  // So does what is typed, in a dialog and in the search.
  await other.row("Post").getByRole("button", { name: "Rename Post" }).click();
  await other.page.getByLabel("Name", { exact: true }).fill("Post office");
  await list.row("Bank").getByRole("button", { name: /^Set as primary/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Set as primary" }).click();
  await expect(other.row("Bank").getByText("Primary", { exact: true })).toBeVisible();
  await expect(other.page.getByLabel("Name", { exact: true })).toHaveValue("Post office");
  await expect(other.page.getByLabel("Name", { exact: true })).toBeFocused();
  await other.page.getByRole("button", { name: "Save name" }).click();
  await expect(list.row("Post office")).toBeVisible();

  // The row that had the focus goes: the heading has it.
  await list.row("First").getByRole("button", { name: "Rename First" }).focus();
  await other.row("First").getByRole("button", { name: "Delete First" }).click();
  await other.page.getByRole("alertdialog").getByRole("button", { name: "Delete certificate" }).click();
  await expect(list.row("First")).toBeHidden();
  await expect(page.getByRole("heading", { name: "Certificates", exact: true })).toBeFocused();
  await context.close();
});

test("an answer that comes late takes nothing back", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  await listening(page);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  let answers = 0;
  await page.route("**/sfn/certificates/list", async (route) => {
    const response = await route.fetch();
    answers += 1;
    if (answers === 1) await released;
    await route.fulfill({ response });
  });
  await api.upload("First", workshop.client({ name: "first.example" }));
  await expect.poll(() => answers).toBe(1);
  await api.upload("Second", workshop.client({ name: "second.example" }));
  await expect(list.row("Second")).toBeVisible();
  const late = page.waitForResponse("**/sfn/certificates/list");
  release();
  await (await late).finished();
  await page.waitForTimeout(500);
  await expect(list.row("Second")).toBeVisible();
  await expect(list.row("First")).toBeVisible();
});

test("nodes count too, and a list of them that is open stays open", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const bank = await api.upload("Bank", workshop.client({ name: "bank.example", to: 200 }));
  await api.createNode("Balance", mtls(bank));
  await listening(page);
  await list.row("Bank").getByRole("button", { name: /^Used by 1 node/ }).click();
  const nodes = page.getByRole("dialog", { name: "Bank is used by 1 node" });
  await expect(nodes.getByRole("listitem")).toHaveText([/^Balance/]);
  await api.upload("Other", workshop.client({ name: "other.example", to: 100 }));
  await expect(list.row("Other")).toBeVisible();
  await expect(nodes).toBeVisible();
  await page.keyboard.press("Escape");
  await api.createNode("Statements", mtls(bank));
  await expect(list.row("Bank").getByRole("button", { name: /^Used by 2 nodes/ })).toBeVisible();
});

test("a hidden page does not listen, and has caught up when it is shown again", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  await listening(page);
  const show = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    }, hidden);
  await show(true);
  await api.upload("Meanwhile", workshop.client({ name: "meanwhile.example" }));
  await page.waitForTimeout(1_500);
  await expect(list.row("Meanwhile")).toBeHidden();
  await show(false);
  await expect(list.row("Meanwhile")).toBeVisible();
});

test.describe("when the server is started anew", () => {
  test.use({ expectedMessages: { patterns: [/Failed to load resource/, /ERR_/, /TypeError: Failed to fetch/] } });

  test("the page goes on by itself", async ({ list, page, server, workshop }) => {
    const api = new Api(server);
    await listening(page);
    const stopped = Date.now();
    await server.stop();
    // Open pages do not hold it up.
    expect(Date.now() - stopped).toBeLessThan(9_000);
    await server.start();
    await api.upload("Afterwards", workshop.client({ name: "afterwards.example" }));
    await expect(list.row("Afterwards")).toBeVisible({ timeout: 30_000 });
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
});
