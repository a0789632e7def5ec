import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import { brokenAt, failed } from "../support/answers.ts";
import { arrived, expect, hydrated, open, tabTo, test } from "../support/fixtures.ts";
import { axeAsItIs } from "../support/looks.ts";

const LOG = "/company/audit-log";

async function actions(page: Page): Promise<string[]> {
  return page.locator("tbody strong").allTextContents();
}

test("what was done is there, newest first, and can be filtered", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "one.example" }).pem, "Bank");
  await list.create(workshop.client({ name: "two.example" }).pem, "Post");
  await list.row("Bank").getByRole("button", { name: "Rename Bank" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Bank prod");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(list.row("Bank prod")).toBeVisible();

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Audit log" }).click();
  await page.waitForURL("**" + LOG);
  const everything = ["Renamed a certificate", "Created a certificate", "Created a certificate", "Created a person", "Created the company"];
  await expect(page.locator("tbody strong")).toHaveText(everything);
  await expect(page.getByRole("row").nth(1)).toContainText("was “Bank”");
  await expect(page.getByRole("row").nth(1)).toContainText("127.0.0.1");

  await page.getByLabel("What", { exact: true }).selectOption("Created a certificate");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page).toHaveURL(/audit-log\?action=certificate\.upload$/);
  await expect(page.locator("tbody strong")).toHaveText(["Created a certificate", "Created a certificate"]);
  await page.getByLabel("On", { exact: true }).fill("post");
  await page.getByLabel("On", { exact: true }).press("Enter");
  await expect(page.locator("tbody strong")).toHaveText(["Created a certificate"]);
  await page.reload();
  await hydrated(page);
  await expect(page.getByLabel("What", { exact: true })).toHaveValue("certificate.upload");
  await expect(page.getByLabel("On", { exact: true })).toHaveValue("post");
  expect(await actions(page)).toEqual(["Created a certificate"]);

  // Everything about one certificate, whatever it was called.
  await page.getByRole("link", { name: "Show all entries" }).click();
  await expect(page.locator("tbody strong")).toHaveText(everything);
  await page.getByRole("link", { name: "Bank prod" }).click();
  await expect(page.locator("tbody strong")).toHaveText(["Renamed a certificate", "Created a certificate"]);
  await page.goBack();
  await expect(page.locator("tbody strong")).toHaveText(everything);

  await page.getByLabel("Who", { exact: true }).selectOption("Ana Ruiz");
  await page.getByLabel("From", { exact: true }).fill("2000-01-01");
  await page.getByLabel("To", { exact: true }).fill("2000-12-31");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(page.getByRole("heading", { name: "Nothing found" })).toBeVisible();
  await expect(page.getByLabel("From", { exact: true })).toHaveValue("2000-01-01");
});

test("a refused attempt is there", async ({ list, page, server }) => {
  await expect(list.createButton).toBeVisible();
  const refused = await page.request.post("/sfn/sign-in", {
    data: { request: { email: "ana@meridian.example", password: "not the password" } },
    headers: { origin: server.origin },
  });
  expect(await refused.text()).toContain("credentials");
  await expect(async () => {
    await open(page, LOG);
    await expect(page.getByRole("row").nth(1)).toContainText("Signed in Refused", { timeout: 500 });
  }).toPass();
  await expect(page.getByRole("row").nth(1)).toContainText("wrong password");
});

test("pages of older entries", async ({ list, page, server }) => {
  await expect(list.createButton).toBeVisible();
  const account = server.run("audit", "verify").stdout.split("\n").find((line) => /^[0-9a-f]{32}\t/.test(line))!.slice(0, 32);
  for (let number = 0; number < 50; number++) {
    server.run("token", "create", "--account", account, "--name", `token ${number}`, "--scope", "audit_log:read");
  }
  await open(page, LOG);
  await expect(page.locator("tbody tr")).toHaveCount(50);
  await expect(page.getByText("Entries 52–3")).toBeVisible();
  await page.getByRole("link", { name: "Older" }).click();
  await expect(page.getByText("Entries 2–1")).toBeVisible();
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await page.getByRole("link", { name: "Newest" }).click();
  await expect(page.locator("tbody tr")).toHaveCount(50);
});

test("the file holds what is shown, and no formula", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "formula.example" }).pem, "=1+1");
  await open(page, LOG + "?action=certificate.upload");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export CSV" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^audit-log-\d{4}-\d\d-\d\d\.csv$/);
  const lines = readFileSync(await file.path(), "utf8").trimEnd().split("\r\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain(`,certificate.upload,"'=1+1",`);
});

test("the log can be read and filtered without script", async ({ list, browser, page }) => {
  await expect(list.createButton).toBeVisible();
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(new URL(LOG, page.url()).href);
  expect(await actions(plain)).toEqual(["Created a person", "Created the company"]);
  await plain.getByLabel("What", { exact: true }).selectOption("Created the company");
  await plain.getByRole("button", { name: "Show", exact: true }).click();
  expect(await actions(plain)).toEqual(["Created the company"]);
  await context.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing about the log", async ({ list, page }) => {
      await expect(list.createButton).toBeVisible();
      for (const query of ["", "?action=account.create", "?object=nothing", "?from=nonsense"]) {
        await open(page, LOG + query);
        await axeAsItIs(page);
      }
    });
  });
}

test.describe("360 px", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("nothing has to be scrolled sideways", async ({ list, page, workshop }) => {
    await list.create(workshop.client({ name: "a-rather-long-host-name.payments.meridian.example" }).pem, "Bank");
    await open(page, LOG);
    await expect(page.locator("tbody tr")).toHaveCount(3);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  });
});

test("by keyboard: filter, show, and on to the heading", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await open(page, LOG);
  await page.getByLabel("On", { exact: true }).focus();
  await page.keyboard.type("meridian retail");
  await page.keyboard.press("Enter");
  await expect(page.locator("tbody strong")).toHaveText(["Created the company"]);
  await expect(page.getByRole("heading", { name: "Audit log" })).toBeFocused();
});

test("the whole way by keyboard", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await tabTo(page, page.getByRole("link", { name: "Audit log" }));
  await page.keyboard.press("Enter");
  await page.waitForURL("**" + LOG);
  await arrived(page);
  const everything = ["Created a person", "Created the company"];
  await expect(page.locator("tbody strong")).toHaveText(everything);

  await tabTo(page, page.getByRole("link", { name: "Export CSV" }));
  await tabTo(page, page.getByLabel("What", { exact: true }));
  await page.keyboard.press("ArrowDown");
  await tabTo(page, page.getByRole("button", { name: "Show", exact: true }));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/audit-log\?action=account\.create$/);
  await expect(page.locator("tbody strong")).toHaveText(["Created the company"]);
  await expect(page.getByRole("heading", { name: "Audit log" })).toBeFocused();

  await tabTo(page, page.getByRole("link", { name: "Show all entries" }));
  await page.keyboard.press("Enter");
  await expect(page.locator("tbody strong")).toHaveText(everything);
  await expect(page.getByRole("heading", { name: "Audit log" })).toBeFocused();
  await tabTo(page, page.getByRole("link", { name: "Meridian Retail" }));
  await page.keyboard.press("Enter");
  await expect(page.locator("tbody strong")).toHaveText(["Created the company"]);
});

test("the page says whether the chain is whole", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await open(page, LOG);
  await expect(page.locator("#chain")).toContainText(/Chain intact\s+2 entries, last checked \d+ \w+ \d{4}, \d\d:\d\d UTC/);
  await page.route("**/sfn/audit-log/check", async (route) => {
    const answer = await route.fetch();
    await route.fulfill(brokenAt(await answer.body(), 2));
  });
  await page.reload();
  await expect(page.locator("#chain")).toContainText(/Chain broken\s+Entry 2 was changed, removed or moved/);
  await axeAsItIs(page);
  await page.unroute("**/sfn/audit-log/check");
  await page.route("**/sfn/audit-log/check", (route) => route.fulfill(failed("")));
  await page.reload();
  await expect(page.locator("#chain")).toHaveText("The chain could not be checked. Reload the page to try again.");
});
