import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import type { Made } from "../support/certificates.ts";
import { LIST, type ListPage, arrived, expect, hydrated, open, tabTo, test } from "../support/fixtures.ts";
import { axeAsItIs } from "../support/looks.ts";
import { Api, mtls } from "../support/api.ts";

/** Creates it, and goes to its own page by the link in its row. */
async function openDetail(list: ListPage, made: Made, name = "Bank prod"): Promise<void> {
  await list.create(made.pem, name);
  await list.row(name).getByRole("link", { name, exact: true }).click();
  await expect(list.page.getByRole("heading", { level: 1, name })).toBeVisible();
}

const heading = (page: Page) => page.getByRole("heading", { level: 1 });
const idOf = (page: Page) => page.url().split("/").pop()!;

test("everything that there is to say", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "payments.example" });
  const read = new X509Certificate(made.crtText);
  await openDetail(list, made);
  await expect(page).toHaveTitle("Bank prod · Signet");
  const details = page.getByRole("region", { name: "Details" });
  for (const [term, value] of [
    ["Subject", "O=Meridian Retail, CN=payments.example"],
    ["Names (SAN)", "payments.example"],
    ["Issuer", "O=Workshop, CN=Workshop CA"],
    ["Key type", "EC P-256"],
    ["Signature", "ECDSA with SHA-256"],
    ["Usage", "Digital signature; Client authentication"],
    ["SHA-256 fingerprint", read.fingerprint256],
    ["SHA-1 fingerprint", read.fingerprint],
    ["Private key", "Stored encrypted. It cannot be shown or downloaded."],
    ["Allowed hosts", "Any host"],
    ["Identifier", idOf(page)],
  ] as const) {
    const line = details.locator("dl > div").filter({ has: page.getByText(term, { exact: true }) });
    await expect(line.getByRole("definition")).toContainText(value);
  }
  await expect(details).toContainText(`${BigInt(`0x${read.serialNumber}`)} in decimal`);
  await expect(page.getByRole("region", { name: "Validity" })).toContainText(/300 days left of 301/);
  await expect(page.getByRole("progressbar", { name: "Share of the lifetime that has passed" })).toBeVisible();
  await expect(page.getByRole("region", { name: "Chain" }).getByRole("listitem")).toHaveText([/payments\.example.*Client certificate/]);
  await expect(page.getByRole("region", { name: "Not used by any node" })).toContainText("It was not sent in any call yet.");
  const history = page.getByRole("region", { name: "History" });
  await expect(history.getByRole("listitem")).toHaveText([/^Ana Ruiz created it/]);
  await history.getByRole("link", { name: "All entries" }).click();
  await expect(page.getByRole("row").filter({ hasText: "Created a certificate" })).toBeVisible();
});

test("fingerprints are copied, and that is said", async ({ list, page, workshop }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const made = workshop.client({ name: "payments.example" });
  await openDetail(list, made);
  await page.getByRole("button", { name: "Copy SHA-256 fingerprint" }).click();
  await expect(list.toast).toContainText("Copied the SHA-256 fingerprint.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(new X509Certificate(made.crtText).fingerprint256);
  await page.getByRole("button", { name: "Copy identifier" }).click();
  await expect(list.toast).toContainText("Copied the identifier.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(idOf(page));
});

test("the public PEM is downloaded, and never the key", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "payments.example" });
  await openDetail(list, made);
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: /^Public PEM/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("Bank prod.pem");
  const text = readFileSync(await file.path(), "utf8");
  expect(text.trim()).toBe(made.crtText.trim());
  expect(text).not.toContain("PRIVATE KEY");
});

test("rename, primary and back, each with the focus where it was", async ({ list, page, workshop }) => {
  await openDetail(list, workshop.client({ name: "payments.example" }));
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Bank live");
  await page.getByLabel("Name", { exact: true }).press("Enter");
  await expect(heading(page)).toHaveText("Bank live");
  await expect(list.toast).toContainText("Certificate renamed.");
  await expect(page.getByRole("button", { name: "Rename" })).toBeFocused();
  await expect(page).toHaveTitle("Bank live · Signet");
  await expect(page.getByRole("region", { name: "History" })).toContainText("Ana Ruiz renamed it");

  await page.getByRole("button", { name: "Set as primary" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Set as primary" }).click();
  await expect(list.toast).toContainText("Bank live is now primary.");
  await expect(page.getByText("Primary", { exact: true })).toBeVisible();
  await expect(heading(page)).toBeFocused();

  await page.getByRole("button", { name: "Remove primary" }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Remove primary" })).toBeFocused();
});

test("deleted, shown as deleted, and restored", async ({ list, page, workshop }) => {
  await openDetail(list, workshop.client({ name: "payments.example" }));
  await page.getByRole("button", { name: "Delete" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete certificate" }).click();
  await expect(page.getByText("This certificate was deleted on")).toBeVisible();
  await expect(heading(page)).toBeFocused();
  await expect(page.getByRole("button", { name: "Replace" })).toBeHidden();
  await page.reload();
  await hydrated(page);
  await page.getByRole("button", { name: "Restore" }).click();
  await expect(list.toast).toContainText("Bank prod restored.");
  await expect(page.getByRole("button", { name: "Replace" })).toBeVisible();
  await expect(page.getByText("This certificate was deleted on")).toBeHidden();
});

test("allowed hosts: what is no host is refused at the field, the rest is kept", async ({ list, page, workshop }) => {
  await openDetail(list, workshop.client({ name: "payments.example" }));
  const change = page.getByRole("button", { name: "Change the allowed hosts" });
  await change.click();
  const dialog = page.getByRole("dialog", { name: "Allowed hosts" });
  const field = dialog.getByLabel("Hosts that it may be presented to");
  await expect(field).toBeFocused();
  await field.fill("API.bank.example\nhttps://x.example");
  await dialog.getByRole("button", { name: "Save hosts" }).click();
  await expect(dialog).toContainText("“https://x.example”: This is not a host");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toBeFocused();
  await field.fill("API.bank.example, *.partner.example");
  await dialog.getByRole("button", { name: "Save hosts" }).click();
  await expect(dialog).toBeHidden();
  await expect(list.toast).toContainText("Allowed hosts saved.");
  await expect(page.getByRole("region", { name: "Details" })).toContainText("api.bank.example*.partner.example");
  await expect(change).toBeFocused();
});

test("its nodes by name, each with a link", async ({ list, page, server, workshop }) => {
  await openDetail(list, workshop.client({ name: "payments.example" }));
  const node = await new Api(server).createNode("Payouts › Create transfer", mtls(idOf(page)));
  await page.reload();
  await hydrated(page);
  const used = page.getByRole("region", { name: "Used by 1 node" });
  await expect(used.getByRole("link", { name: "Payouts › Create transfer" })).toHaveAttribute("href", `/api-nodes/${node}`);
  await expect(used).toContainText("pinned");
});

test("primary and delete say which nodes they concern, here as in the list", async ({ list, page, server, workshop }) => {
  await openDetail(list, workshop.client({ name: "payments.example" }));
  const api = new Api(server);
  await api.createNode("Payroll", mtls("primary"));
  await api.createNode("Payouts", mtls(idOf(page)));
  await page.reload();
  await hydrated(page);
  await page.getByRole("button", { name: "Set as primary" }).click();
  const question = page.getByRole("dialog", { name: "Make “Bank prod” the primary?" });
  await expect(question.getByRole("link", { name: "Payroll" })).toBeVisible();
  await question.getByRole("button", { name: "Set as primary" }).click();
  await expect(list.toast).toContainText("Bank prod is now primary.");
  await page.getByRole("button", { name: "Delete" }).click();
  const warning = page.getByRole("alertdialog");
  await expect(warning.getByRole("link", { name: "Payouts" })).toBeVisible();
  await expect(warning.getByRole("link", { name: "Payroll" })).toBeVisible();
});

test("a CA certificate has no key, and no primary", async ({ list, page, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseAuthority(workshop.ca().crt);
  await dialog.name.fill("Partner CA");
  await dialog.create();
  await list.row("Partner CA").getByRole("link", { name: "Partner CA" }).click();
  await expect(page.getByText("None. A CA certificate is stored without its key.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Set as primary" })).toBeHidden();
  await expect(page.getByRole("region", { name: "Chain" })).toContainText("Root CA");
});

test.describe("an unknown certificate", () => {
  test.use({ expectedMessages: { patterns: [/Failed to load resource: the server responded with a status of 404/] } });

  test("is not found, with a way back", async ({ list, page }) => {
    await expect(list.createButton).toBeVisible();
    const answer = await page.goto(`${LIST}/00000000-0000-4000-8000-000000000000`);
    expect(answer?.status()).toBe(404);
    await hydrated(page);
    await expect(page.getByRole("heading", { name: "There is no such certificate" })).toBeVisible();
    await page.getByRole("link", { name: "All certificates" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Certificates" })).toBeVisible();
  });
});

test("a change from an old page is refused and says whose it was", async ({ list, page, workshop }) => {
  await openDetail(list, workshop.client({ name: "payments.example" }));
  await page.getByRole("button", { name: "Rename" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Mine");
  const other = await page.context().newPage();
  await open(other, page.url());
  await other.getByRole("button", { name: "Rename" }).click();
  await other.getByLabel("Name", { exact: true }).fill("Renamed by the other");
  await other.getByRole("button", { name: "Save name" }).click();
  await expect(heading(other)).toHaveText("Renamed by the other");

  // The page shows it by itself, behind the dialog.
  await expect(page.locator("h1")).toHaveText("Renamed by the other");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Mine");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByRole("alert")).toContainText("Ana Ruiz changed this certificate on");
});

test("what others change is shown, and the focus stays", async ({ list, page, server, workshop }) => {
  await openDetail(list, workshop.client({ name: "payments.example" }));
  const api = new Api(server);
  await page.getByRole("button", { name: "Rename" }).focus();
  await api.createNode("Payouts", mtls(idOf(page)));
  await expect(page.getByRole("region", { name: "Used by 1 node" }).getByRole("link", { name: "Payouts" })).toBeVisible();
  await api.rename(idOf(page), "Bank live");
  await expect(heading(page)).toHaveText("Bank live");
  await expect(page.getByRole("button", { name: "Rename" })).toBeFocused();
});

test("by keyboard from the list to a dialog and back", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "payments.example" }).pem, "Bank prod");
  await tabTo(page, list.row("Bank prod").getByRole("link", { name: "Bank prod" }));
  await page.keyboard.press("Enter");
  await expect(heading(page)).toHaveText("Bank prod");
  await arrived(page);
  const rename = page.getByRole("button", { name: "Rename" });
  await tabTo(page, rename);
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(rename).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing, ${colorScheme}`, async ({ list, page, server, workshop }) => {
    await page.emulateMedia({ colorScheme });
    await openDetail(list, workshop.client({ name: "payments.example" }));
    await new Api(server).createNode("Payouts", mtls(idOf(page)));
    await page.reload();
    await hydrated(page);
    await axeAsItIs(page);
    await page.getByRole("button", { name: "Change the allowed hosts" }).click();
    await axeAsItIs(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Replace" }).click();
    await axeAsItIs(page);
    await page.getByLabel("Choose a file").setInputFiles(workshop.client({ name: "payments.example" }).pem);
    await page.getByRole("button", { name: "Continue" }).click();
    const question = page.getByRole("dialog", { name: "Replace “Bank prod”?" });
    await expect(question).toBeVisible();
    await question.getByText("The node that changes").click();
    await axeAsItIs(page);
    await question.getByRole("button", { name: "Replace “Bank prod”" }).click();
    await expect(page.getByRole("region", { name: "Earlier versions" })).toBeVisible();
    await axeAsItIs(page);
  });
}

test.describe("360 px", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("nothing has to be scrolled sideways", async ({ list, page, workshop }) => {
    const fits = async () => {
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
      for (const dialog of await page.locator("dialog[open] .dialog-body").all()) {
        expect(await dialog.evaluate((body) => body.scrollWidth - body.clientWidth)).toBeLessThanOrEqual(0);
      }
    };
    const name = "a-rather-long-host-name.payments.meridian.example";
    await openDetail(list, workshop.client({ name }), name);
    await fits();
    await page.getByRole("button", { name: "Replace" }).click();
    await page.getByLabel("Choose a file").setInputFiles(workshop.client({ name }).pem);
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("dialog", { name: `Replace “${name}”?` })).toBeVisible();
    await fits();
    await page.getByRole("button", { name: `Replace “${name}”` }).click();
    await expect(page.getByRole("region", { name: "Earlier versions" })).toBeVisible();
    await fits();
  });
});

test.describe("when the page cannot be read again", () => {
  test.use({ expectedMessages: { patterns: [/Failed to load resource: net::ERR_FAILED/, /TypeError: Failed to fetch/] } });

  test("what is drawn stays, with a way to try again", async ({ list, page, workshop }) => {
    await openDetail(list, workshop.client({ name: "payments.example" }));
    // Else the page is read again by itself when the test's own change is told, before "Try again" is pressed.
    await page.route("**/events?*", () => {});
    await page.reload();
    await hydrated(page);
    await page.route("**/sfn/certificates/detail", (route) => route.abort());
    await page.getByRole("button", { name: "Rename", exact: true }).click();
    await page.getByLabel("Name", { exact: true }).fill("Bank two");
    await page.getByRole("button", { name: "Save name" }).click();
    const banner = page.getByRole("alert");
    await expect(banner).toContainText("This page may be out of date.");
    await expect(banner).toContainText("Check your connection");
    await expect(heading(page)).toHaveText("Bank prod");

    await page.unroute("**/sfn/certificates/detail");
    await banner.getByRole("button", { name: "Try again" }).click();
    await expect(heading(page)).toHaveText("Bank two");
    await expect(banner).toBeHidden();
  });
});
