import type { Page } from "@playwright/test";

import { arrived, expect, hydrated, open, tabTo, test } from "../support/fixtures.ts";
import { axeAsItIs } from "../support/looks.ts";

const TOKENS = "/company/tokens";
const SECRET = /sgn_[0-9A-Za-z]{49}/;

async function create(page: Page, name: string, ...scopes: string[]): Promise<string> {
  await page.getByRole("button", { name: "Create token" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Create token" });
  await dialog.getByLabel("Name", { exact: true }).fill(name);
  for (const scope of scopes) await dialog.getByRole("checkbox", { name: scope }).check();
  await dialog.getByRole("button", { name: "Create token" }).click();
  await expect(page.getByRole("heading", { name: `Token “${name}” created` })).toBeFocused();
  return (await page.locator("#token").textContent())!;
}

function row(page: Page, name: string) {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader", { name }) });
}

test("a token is created, shown once, copied and revoked", async ({ list, page, context }) => {
  await expect(list.createButton).toBeVisible();
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API tokens" }).click();
  await page.waitForURL("**" + TOKENS);
  await expect(page.getByRole("heading", { name: "No API tokens yet" })).toBeVisible();
  await expect(page.getByRole("link", { name: "API tokens" })).toHaveAttribute("aria-current", "page");

  const secret = await create(page, "ci-deploy", "certificates:write");
  expect(secret).toMatch(new RegExp(`^${SECRET.source}$`));
  await page.getByRole("button", { name: "Copy token" }).click();
  await expect(page.locator(".toasts")).toContainText("Token copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(secret);
  await expect(row(page, "ci-deploy")).toContainText("certificates:write");
  await expect(row(page, "ci-deploy")).toContainText("Never used");
  await expect(row(page, "ci-deploy")).toContainText(secret.slice(0, 8) + "…");

  const answer = await page.request.get(TOKENS);
  expect(await answer.text()).not.toMatch(SECRET);
  await page.reload();
  await hydrated(page);
  await expect(row(page, "ci-deploy")).toBeVisible();
  await expect(page.locator("#token")).toBeHidden();
  expect(await page.content()).not.toContain(secret.slice(8));
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toContain("sgn_");

  await row(page, "ci-deploy").getByRole("button", { name: /^Revoke/ }).click();
  const dialog = page.getByRole("alertdialog", { name: "Revoke token?" });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(row(page, "ci-deploy").getByRole("button", { name: /^Revoke/ })).toBeFocused();
  await row(page, "ci-deploy").getByRole("button", { name: /^Revoke/ }).click();
  await dialog.getByRole("button", { name: "Revoke token" }).click();
  await expect(page.getByRole("heading", { name: "No API tokens yet" })).toBeVisible();
  await expect(page.locator(".toasts")).toContainText("ci-deploy revoked.");
});

test("what is missing is said at its field, and nothing else is lost", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await open(page, TOKENS);
  await page.getByRole("button", { name: "Create token" }).click();
  const dialog = page.getByRole("dialog", { name: "Create token" });
  await expect(dialog.getByLabel("Name", { exact: true })).toBeFocused();
  await dialog.getByLabel("Expires", { exact: true }).selectOption("In one year");
  await dialog.getByLabel("Name", { exact: true }).press("Enter");
  await expect(dialog.getByLabel("Name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByText("Choose at least one thing")).toBeVisible();
  await expect(dialog.getByLabel("Expires", { exact: true })).toHaveValue("365");

  await dialog.getByLabel("Name", { exact: true }).fill("renewal-bot");
  await dialog.getByRole("checkbox", { name: "audit_log:read" }).check();
  await dialog.getByLabel("Name", { exact: true }).press("Enter");
  await expect(page.getByRole("heading", { name: "Token “renewal-bot” created" })).toBeVisible();
  await expect(row(page, "renewal-bot")).toContainText(/in (11|12) months/);
});

test("a token of the command line stands in the list, with when it was used", async ({ list, page, server }) => {
  await expect(list.createButton).toBeVisible();
  const account = server.run("audit", "verify").stdout.split("\n").find((line) => /^[0-9a-f]{32}\t/.test(line))!.slice(0, 32);
  const made = server.run("token", "create", "--account", account, "--name", "by hand", "--scope", "certificates:read");
  expect(made.stdout).toMatch(new RegExp(`^${SECRET.source}\n$`));
  await open(page, TOKENS);
  await expect(row(page, "by hand")).toContainText("by signet");
  await expect(row(page, "by hand")).toContainText("No end");
  const id = server.run("token", "list", "--account", account).stdout.split("\t")[0]!;
  expect(server.run("token", "revoke", id).status).toBe(0);
  // Somebody else was faster: it is gone all the same.
  await row(page, "by hand").getByRole("button", { name: /^Revoke/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke token" }).click();
  await expect(page.getByRole("heading", { name: "No API tokens yet" })).toBeVisible();
});

test("the whole way by keyboard", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await tabTo(page, page.getByRole("link", { name: "API tokens" }));
  await page.keyboard.press("Enter");
  await page.waitForURL("**" + TOKENS);
  await arrived(page);
  await tabTo(page, page.getByRole("button", { name: "Create token" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.type("keys");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Token “keys” created" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Copy token" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(row(page, "keys").getByRole("button", { name: /^Revoke/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "API tokens", exact: true })).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing about tokens", async ({ list, page }) => {
      await expect(list.createButton).toBeVisible();
      await open(page, TOKENS);
      await axeAsItIs(page);
      await page.getByRole("button", { name: "Create token" }).click();
      await axeAsItIs(page);
      await page.getByRole("dialog").getByRole("button", { name: "Create token" }).click();
      await expect(page.getByText("Choose at least one thing")).toBeVisible();
      await axeAsItIs(page);
      await page.keyboard.press("Escape");
      await create(page, "ci-deploy", "certificates:write", "api_nodes:call");
      await axeAsItIs(page);
      await row(page, "ci-deploy").getByRole("button", { name: /^Revoke/ }).click();
      await axeAsItIs(page);
    });
  });
}

test.describe("360 px", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("nothing has to be scrolled sideways", async ({ list, page }) => {
    await expect(list.createButton).toBeVisible();
    const fits = async () =>
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
    await open(page, TOKENS);
    await fits();
    await page.getByRole("button", { name: "Create token" }).click();
    await fits();
    expect(await page.locator("dialog .dialog-body").evaluate((body) => body.scrollWidth - body.clientWidth)).toBeLessThanOrEqual(0);
    await page.keyboard.press("Escape");
    await create(page, "a-rather-long-name-of-a-pipeline-that-renews-certificates", "certificates:write", "audit_log:read");
    await fits();
  });
});
