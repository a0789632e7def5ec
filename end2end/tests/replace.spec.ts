import { X509Certificate } from "node:crypto";

import type { Locator, Page } from "@playwright/test";

import { dateAsRead, keyMaterial } from "../support/certificates.ts";
import { type ListPage, expect, hydrated, open, staysOnReload, test } from "../support/fixtures.ts";
import { Api, mtls } from "../support/api.ts";

/** The line of the comparison with this head. */
function line(dialog: Locator, head: string): Locator {
  return dialog.getByRole("row").filter({ has: dialog.page().getByRole("rowheader", { name: head, exact: true }) });
}

async function openDetail(list: ListPage, name: string): Promise<string> {
  await list.row(name).getByRole("link", { name, exact: true }).click();
  await expect(list.page.getByRole("heading", { level: 1, name })).toBeVisible();
  return list.page.url().split("/").pop()!;
}

async function chooseReplacement(page: Page, file: string): Promise<Locator> {
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Replace “Bank prod”", exact: true });
  await dialog.getByLabel("Choose a file").setInputFiles(file);
  await expect(dialog.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Enter");
  return page.getByRole("dialog", { name: "Replace “Bank prod”?" });
}

test("replace from the certificate's page: what differs, whom it affects, and the way back", async ({ list, page, server, workshop }) => {
  const first = workshop.client({ name: "payments.example" });
  await list.create(first.pem, "Bank prod");
  const id = await openDetail(list, "Bank prod");
  await new Api(server).createNode("Payouts", mtls(id));
  await page.reload();
  await hydrated(page);

  const sent: string[] = [];
  page.on("request", (request) => sent.push(request.postData() ?? ""));
  const second = workshop.client({ name: "payments.example", key: "p384", to: 500 });
  const question = await chooseReplacement(page, second.pem);
  await expect(question.getByRole("heading", { name: "Replace “Bank prod”?" })).toBeFocused();
  await expect(question).toContainText("If you replace it, its node uses the new one from its next call, and its identifier and name stay. You can go back for 30 days.");
  await expect(line(question, "Expires")).toHaveText(new RegExp(`${dateAsRead(first.notAfter)}.*${dateAsRead(second.notAfter)}`));
  await expect(line(question, "Key")).toHaveText(/EC P-256.*EC P-384, a new key/);
  for (const same of ["Issuer", "Subject", "Names", "Usage"]) await expect(line(question, same)).toContainText("Same");
  await question.getByText("The node that changes").click();
  await expect(question.getByRole("listitem")).toHaveText([/Payouts.*pinned/]);
  expect(sent.some((body) => body.includes(keyMaterial(second.keyText).slice(40, 60))), "the key has not left the browser").toBe(false);

  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  const files = page.getByRole("dialog", { name: "Replace “Bank prod”", exact: true });
  await expect(files.getByRole("button", { name: "Continue" })).toBeFocused();
  await page.keyboard.press("Enter");
  await question.getByRole("button", { name: "Replace “Bank prod”" }).click();
  await expect(list.toast).toContainText("Bank prod replaced. 1 node uses the new certificate from now on.");
  await expect(page.getByRole("heading", { level: 1, name: "Bank prod" })).toBeFocused();
  expect(page.url()).toContain(id);
  const details = page.getByRole("region", { name: "Details" });
  await expect(details).toContainText(new X509Certificate(second.crtText).fingerprint256);
  await expect(page.getByRole("region", { name: "Used by 1 node" })).toContainText("Payouts");
  await expect(page.getByRole("region", { name: "History" })).toContainText("Ana Ruiz replaced the file");

  const earlier = page.getByRole("region", { name: "Earlier versions" });
  await expect(earlier).toContainText(`Version 1, valid until ${dateAsRead(first.notAfter)}, issued by Workshop CA`);
  await expect(earlier).toContainText("by Ana Ruiz. It can be brought back until");
  await earlier.getByRole("button", { name: "Bring back version 1" }).click();
  await expect(list.toast).toContainText("Version 1 of Bank prod is back. 1 node uses it from now on.");
  // It stays for as long as the pointer is there.
  await list.toast.hover();
  await expect(details).toContainText(new X509Certificate(first.crtText).fingerprint256);
  await expect(earlier.getByRole("listitem")).toHaveText([/^Version 2,/]);
  await list.toast.getByRole("button", { name: "Undo" }).click();
  await expect(list.toast).toContainText("Version 2 of Bank prod is back.");
  await expect(details).toContainText(new X509Certificate(second.crtText).fingerprint256);
});

test("the upload dialog asks whether it is a renewal: replace", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "payments.example" }).pem, "Bank prod");
  const renewed = workshop.client({ name: "payments.example", to: 600 });
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(renewed.pem);
  await expect(dialog.root.getByText("This looks like a renewal of “Bank prod”: you are asked whether to replace that.")).toBeVisible();
  await dialog.createButton.click();
  const question = page.getByRole("dialog", { name: "This looks like a renewal of “Bank prod”" });
  await expect(question.getByRole("heading", { name: "This looks like a renewal of “Bank prod”" })).toBeFocused();
  await expect(question).toContainText("The new file has the same subject, issuer and names as a certificate you already have.");
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(dialog.createButton).toBeFocused();
  await dialog.createButton.click();
  await question.getByRole("button", { name: "Replace “Bank prod”" }).click();
  await expect(list.toast).toContainText("Bank prod replaced.");
  await expect(list.row("Bank prod").locator(".row-title")).toBeFocused();
  await expect(list.row("Bank prod")).toContainText(dateAsRead(renewed.notAfter));
  expect(await list.names()).toEqual(["Bank prod"]);
});

test("nothing is offered to be discarded while it is being replaced", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "payments.example" }).pem, "Bank prod");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Team" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Team");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Certificates" }).click();
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "payments.example", to: 600 }).pem);
  await dialog.createButton.click();
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route("**/sfn/certificates/replace", async (route) => {
    await held;
    await route.continue();
  });
  const question = page.getByRole("dialog", { name: "This looks like a renewal of “Bank prod”" });
  await question.getByRole("button", { name: "Replace “Bank prod”" }).click();
  await expect(question.getByRole("button", { name: "Saving…" })).toBeVisible();
  await page.evaluate(() => history.back());
  await staysOnReload(page);
  await expect(page).toHaveURL(/\/company\/security\/certificates$/);
  await expect(question).toBeVisible();
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  release();
  await expect(list.toast).toContainText("Bank prod replaced.");
  await expect(list.row("Bank prod").locator(".row-title")).toBeFocused();
});

test("or add it as new, with the name that was given", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "payments.example" }).pem, "Bank prod");
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "payments.example", to: 600 }).pem);
  await dialog.name.fill("Bank next");
  await dialog.createButton.click();
  const question = page.getByRole("dialog", { name: "This looks like a renewal of “Bank prod”" });
  await question.getByRole("button", { name: "Add as new" }).click();
  await expect(list.toast).toContainText("Certificate “Bank next” created.");
  await expect(list.row("Bank next").locator(".row-title")).toBeFocused();
  expect(await list.names()).toEqual(["Bank prod", "Bank next"]);

  await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "payments.example", to: 700 }).pem);
  await dialog.createButton.click();
  await question.getByLabel("Certificate to replace").selectOption({ index: 1 });
  await page.getByRole("dialog", { name: "This looks like a renewal of “Bank next”" }).getByRole("button", { name: "Replace “Bank next”" }).click();
  await expect(list.toast).toContainText("Bank next replaced.");
});

test("what was changed meanwhile is not replaced, and what was chosen stays", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "payments.example" }).pem, "Bank prod");
  await openDetail(list, "Bank prod");
  const question = await chooseReplacement(page, workshop.client({ name: "payments.example" }).pem);
  await expect(question).toBeVisible();
  const other = await page.context().newPage();
  await open(other, page.url());
  await other.getByRole("button", { name: "Rename" }).click();
  await other.getByLabel("Name", { exact: true }).fill("Bank live");
  await other.getByRole("button", { name: "Save name" }).click();
  await expect(other.getByRole("heading", { level: 1 })).toHaveText("Bank live");
  await question.getByRole("button", { name: "Replace “Bank prod”" }).click();
  await expect(question.getByRole("alert")).toContainText("Ana Ruiz changed this certificate on");
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("dialog", { name: "Replace “Bank prod”", exact: true }).getByRole("button", { name: "Continue" })).toBeEnabled();
});

test("another subject is said loudly, and a wrong file stays in the dialog", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "payments.example" }).pem, "Bank prod");
  await openDetail(list, "Bank prod");
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Replace “Bank prod”" });
  await expect(dialog.getByRole("radio", { name: /CA certificate/ })).toBeHidden();
  await dialog.getByLabel("Choose a file").setInputFiles(workshop.client({ name: "other.example" }).crt);
  await expect(dialog.getByRole("alert")).toContainText("1 problem to fix");
  await expect(dialog.getByRole("button", { name: "Continue" })).toBeDisabled();
  await page.keyboard.press("Escape");
  await page.getByRole("alertdialog").getByRole("button", { name: "Discard" }).click();
  await expect(page.getByRole("button", { name: "Replace", exact: true })).toBeFocused();

  const question = await chooseReplacement(page, workshop.client({ name: "other.example" }).pem);
  await expect(question).toContainText("The subject changed.");
  await expect(line(question, "Subject")).toHaveText(/CN=payments\.example.*CN=other\.example/);
});
