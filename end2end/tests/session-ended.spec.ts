import type { Page } from "@playwright/test";

import { Api } from "../support/api.ts";
import { expect, hydrated, PASSWORD, test } from "../support/fixtures.ts";
import { axe, fitsOnAPhone } from "../support/looks.ts";
import { Editor } from "../support/node-pages.ts";

test.use({ expectedMessages: { patterns: [/Failed to load resource: the server responded with a status of 401/] } });

function question(page: Page) {
  return page.getByRole("dialog", { name: "Sign in again" });
}

async function signInAgain(page: Page): Promise<void> {
  const dialog = question(page);
  await expect(dialog.getByLabel("Email")).toHaveValue("ana@meridian.example");
  await dialog.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
}

/** Shows the list as it is by now: the page has nothing left to ask the server by itself. */
async function settled(page: Page): Promise<void> {
  await page.reload();
  await hydrated(page);
}

test("in the middle of an upload: sign in over it, and nothing is lost", async ({ list, page, workshop }) => {
  const dialog = await list.openUpload();
  const made = workshop.client({ name: "kept.example" });
  await dialog.choosePair(made.crt, made.key);
  await dialog.name.fill("Kept");
  await page.context().clearCookies();
  await dialog.createButton.click();

  const asked = question(page);
  await expect(asked.getByLabel("Password", { exact: true })).toBeFocused();
  await axe(page);
  await fitsOnAPhone(page);
  await asked.getByLabel("Password", { exact: true }).fill("not the password");
  await asked.getByRole("button", { name: "Sign in" }).click();
  await expect(asked.getByRole("alert")).toContainText("The email or the password is not correct.");
  await signInAgain(page);

  await expect(list.toast).toContainText("Signed in again.");
  await expect(dialog.name).toHaveValue("Kept");
  await expect(dialog.root.getByRole("alert")).toHaveCount(0);
  await expect(dialog.createButton).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(list.row("Kept")).toBeVisible();
});

test("not now: the dialog says so, and asks again when it is wanted", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "bank.example" }).pem, "Bank");
  await settled(page);
  await list.row("Bank").getByRole("button", { name: "Rename Bank" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Bank prod");
  await page.context().clearCookies();
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(question(page)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(question(page)).toBeHidden();
  const banner = page.getByRole("dialog", { name: "Rename certificate" }).getByRole("alert");
  await expect(banner).toContainText("Your session has ended. Sign in again: nothing you entered is lost.");
  await banner.getByRole("button", { name: "Sign in" }).click();
  await signInAgain(page);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Bank prod");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(list.row("Bank prod")).toBeVisible();
});

test("dialogs that ask for more wait for the new session", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "bank.example" }).pem, "Bank");
  await settled(page);
  await page.context().clearCookies();
  await list.row("Bank").getByRole("button", { name: /^Set as primary/ }).click();
  await signInAgain(page);
  const dialog = page.getByRole("dialog", { name: "Make “Bank” the primary?" });
  await expect(dialog).toContainText("No API node follows the primary, so no call changes.");
  await dialog.getByRole("button", { name: "Set as primary" }).click();
  await expect(list.toast).toContainText("Bank is now primary.");
});

test("the list itself: gone while nobody is signed in, there again afterwards", async ({ list, page, server, workshop }) => {
  await list.create(workshop.client({ name: "bank.example" }).pem, "Bank");
  await settled(page);
  // All sessions end, by somebody else's hand.
  const typed = server.runTyping(PASSWORD, "user", "password", "--email", "ana@meridian.example", "--password-stdin");
  expect(typed.status, typed.stderr).toBe(0);
  await expect(question(page)).toBeVisible({ timeout: 30_000 });
  await expect(list.row("Bank")).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("heading", { name: "Your session has ended" })).toBeVisible();
  await axe(page);
  await page.getByRole("button", { name: "Sign in" }).click();
  await signInAgain(page);
  await expect(list.row("Bank")).toBeVisible();
  await page.reload();
  await hydrated(page);
  await expect(list.row("Bank")).toBeVisible();
});

test("in the middle of an API node: save, test, and nothing is lost", async ({ list, page, server, workshop }) => {
  await expect(list.createButton).toBeVisible();
  const api = new Api(server);
  await api.upload("Bank prod", workshop.client({ name: "bank.example" }), { primary: true });
  const editor = await Editor.open(page, await api.createNode("Transfers", { mtls: { enabled: true } }));
  await expect(page.getByRole("link", { name: "Open Bank prod" })).toBeVisible();
  await editor.name.fill("Create transfer");
  await page.context().clearCookies();
  await editor.saveButton.click();
  await signInAgain(page);
  await expect(editor.saveButton).toBeFocused();
  await expect(editor.name).toHaveValue("Create transfer");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await editor.save();

  await page.context().clearCookies();
  await editor.testButton.click();
  await signInAgain(page);
  await expect(editor.testButton).toBeFocused();
  await editor.testButton.click();
  // Nothing of that name can be called.
  await expect(editor.result.getByRole("heading", { name: "What you can do" })).toBeVisible({ timeout: 45_000 });
  await editor.reload();
  await expect(editor.name).toHaveValue("Create transfer");
});
