import { readFileSync } from "node:fs";
import { basename } from "node:path";

import type { Locator, Page, Request } from "@playwright/test";

import { type KeyType, dateAsRead, dateInWords, keyMaterial } from "../support/certificates.ts";
import { expect, hydrated, staysOnReload, test } from "../support/fixtures.ts";

/** What the browser sends from now on. */
function sent(page: Page): Request[] {
  const requests: Request[] = [];
  page.on("request", (request) => requests.push(request));
  return requests;
}

function carries(requests: Request[], keyText: string): boolean {
  const material = keyMaterial(keyText);
  return requests.some((request) => {
    const all = (request.url() + (request.postData() ?? "")).replace(/\\n|\s/g, "");
    for (let place = 0; place + 24 <= material.length; place += 12) {
      if (all.includes(material.slice(place, place + 24))) return true;
    }
    return false;
  });
}

test("one PEM file with certificate and key", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "payments.example" });
  const dialog = await list.openUpload();
  const requests = sent(page);
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.root.getByText("The private key belongs to this certificate")).toBeVisible();
  await expect(dialog.root.getByText("Made for client authentication")).toBeVisible();
  await expect(dialog.root.getByText("Not stored yet")).toBeVisible();
  await expect(dialog.root.getByText("1 certificate and 1 private key")).toBeVisible();
  await expect(dialog.root.getByText("EC P-256")).toBeVisible();
  await expect(dialog.root.getByText("Workshop CA", { exact: false }).first()).toBeVisible();
  await expect(dialog.name).toHaveValue("payments.example");
  await expect(dialog.name).toBeFocused();
  expect(carries(requests, made.keyText)).toBe(false);

  await dialog.create();
  expect(carries(requests, made.keyText)).toBe(true);
  await expect(list.toast).toContainText("Certificate “payments.example” created.");
  const row = list.row("payments.example");
  await expect(row).toContainText("Valid");
  await expect(row).toContainText(dateAsRead(made.notAfter));
  await expect(row.locator(".row-title")).toBeFocused();

  await page.reload();
  await hydrated(page);
  await expect(list.row("payments.example")).toBeVisible();
});

test("the list survives a restart, and a power cut", async ({ expectedMessages, list, page, server, workshop }) => {
  // What listens for changes is cut off with the power.
  expectedMessages.patterns.push(/Failed to load resource: net::ERR_/, /TypeError: Failed to fetch/);
  await list.create(workshop.client({ name: "first.example" }).pem, "First");
  await server.stop();
  await server.start();
  await page.reload();
  await hydrated(page);
  await list.create(workshop.client({ name: "second.example" }).pem, "Second");
  await server.stop("SIGKILL");
  await server.start();
  await page.reload();
  await hydrated(page);
  expect((await list.names()).sort()).toEqual(["First", "Second"]);
});

test("CRT and KEY files, the name typed", async ({ list, workshop }) => {
  const made = workshop.client({ name: "pair.example", key: "rsa" });
  const dialog = await list.openUpload();
  await dialog.root.getByRole("radio", { name: /CRT \+ KEY files/ }).check();
  await dialog.root.getByLabel("Choose the CRT file").setInputFiles(made.crt);
  await expect(dialog.root.getByText("Choose the KEY file too.")).toBeVisible();
  await expect(dialog.createButton).toBeDisabled();
  await dialog.root.getByLabel("Choose the KEY file").setInputFiles(made.key);
  await dialog.name.fill("Bank prod");
  await dialog.create();
  await expect(list.row("Bank prod")).toContainText("pair.example");
});

test("a CA certificate, which cannot be primary", async ({ list, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseAuthority(workshop.ca().crt);
  await expect(dialog.name).toHaveValue("Workshop CA");
  await expect(dialog.root.getByRole("checkbox", { name: /Set as primary/ })).toBeHidden();
  await dialog.create();
  const row = list.row("Workshop CA");
  await expect(row.getByText("CA", { exact: true })).toBeVisible();
  const primary = row.getByRole("button", { name: /Set as primary/ });
  await expect(primary).toBeDisabled();
  await expect(primary).toHaveAccessibleDescription("A CA certificate has no private key and cannot be the primary.");
});

test("the key that came with a CA certificate stays in the browser", async ({ list, page, workshop }) => {
  const { crt, key } = workshop.ca();
  const [crtText, keyText] = [readFileSync(crt, "utf8"), readFileSync(key, "utf8")];
  for (const [name, content] of [["Bundle", crtText + keyText], ["Reversed", keyText + crtText]] as const) {
    const dialog = await list.openUpload();
    const requests = sent(page);
    await dialog.chooseAuthority(workshop.file(`${name}.pem`, content));
    await expect(dialog.root.getByText("The private key was not kept.")).toBeVisible();
    await dialog.name.fill(name);
    await dialog.create();
    expect(requests.some((request) => request.postData()?.includes("BEGIN CERTIFICATE"))).toBe(true);
    expect(requests.some((request) => request.postData()?.includes("PRIVATE KEY"))).toBe(false);
    expect(carries(requests, keyText)).toBe(false);
    await list.row(name).getByRole("button", { name: `Delete ${name}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete certificate" }).click();
    await expect(list.row(name)).toBeHidden();
  }
});

for (const key of ["rsa", "p384", "p521", "ed25519"] as KeyType[]) {
  test(`a key of type ${key}`, async ({ list, workshop }) => {
    await list.create(workshop.client({ name: `${key}.example`, key }).pem, key);
  });
}

test("pasted text", async ({ list, workshop }) => {
  const made = workshop.client({ name: "pasted.example" });
  const dialog = await list.openUpload();
  await dialog.root.getByText("Paste the text instead").click();
  await dialog.root.getByLabel(/in PEM format/).fill(made.crtText + made.keyText);
  await dialog.root.getByRole("button", { name: "Check the text" }).click();
  await expect(dialog.root.getByText(/^Pasted text/)).toBeVisible();
  await dialog.root.getByRole("button", { name: /Change/ }).click();
  await expect(dialog.root.getByLabel(/in PEM format/)).toHaveValue(made.crtText + made.keyText);
  await dialog.root.getByRole("button", { name: "Check the text" }).click();
  await dialog.create();
  await expect(list.row("pasted.example")).toBeVisible();
});

test("dropped files: two at once are certificate and key, in any order", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "dropped.example" });
  const dialog = await list.openUpload();
  const files = await page.evaluateHandle(
    ([crt, key]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([key!], "mine.key"));
      transfer.items.add(new File([crt!], "mine.crt"));
      return transfer;
    },
    [made.crtText, made.keyText],
  );
  await dialog.root.locator(".dropzone").first().dispatchEvent("drop", { dataTransfer: files });
  await expect(dialog.root.getByText("The private key belongs to this certificate")).toBeVisible();
  await dialog.create();
  await expect(list.row("dropped.example")).toBeVisible();
});

test("a DER certificate with its DER key", async ({ list, workshop }) => {
  const made = workshop.client({ name: "der.example" });
  const key = workshop.file("der.key", Buffer.from(keyMaterial(made.keyText), "base64"));
  const dialog = await list.openUpload();
  await dialog.choosePair(made.der, key);
  await dialog.create();
  await expect(list.row("der.example")).toBeVisible();
});

test("a wrong key is refused in the browser, and never sent", async ({ list, page, workshop }) => {
  const one = workshop.client({ name: "one.example" });
  const other = workshop.client({ name: "other.example" });
  const dialog = await list.openUpload();
  const requests = sent(page);
  await dialog.choosePair(one.crt, other.key);
  await expect(dialog.summary).toContainText("1 problem to fix");
  await expect(dialog.summary).toContainText("The private key does not belong to this certificate");
  await expect(dialog.summary).toBeFocused();
  await expect(dialog.createButton).toBeDisabled();
  await expect(dialog.root.getByText("Fix 1 problem first.")).toBeVisible();
  expect(carries(requests, other.keyText)).toBe(false);

  // The link leads to the key's row, and the right key mends it.
  await dialog.summary.getByRole("link").click();
  await expect(dialog.root.getByRole("button", { name: /^Change .*\.key/ })).toBeFocused();
  await dialog.root.locator(".file-row", { hasText: ".key" }).locator("input[type=file]").setInputFiles(one.key);
  await expect(dialog.summary).toBeHidden();
  await dialog.create();
  await expect(list.row("one.example")).toBeVisible();
});

test("an expired certificate is refused with its date", async ({ list, page, workshop }) => {
  const expired = workshop.client({ name: "old.example", from: -100, to: -10 });
  const dialog = await list.openUpload();
  const requests = sent(page);
  await dialog.chooseOneFile(expired.pem);
  await expect(dialog.summary).toContainText(`expired on ${dateInWords(expired.notAfter)}`);
  await expect(dialog.createButton).toBeDisabled();
  expect(carries(requests, expired.keyText)).toBe(false);
});

test("one that is not valid yet needs a tick", async ({ list, workshop }) => {
  const future = workshop.client({ name: "future.example", from: 30, to: 400 });
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(future.pem);
  await expect(dialog.root.getByText(/is valid only from/)).toBeVisible();
  await expect(dialog.createButton).toBeDisabled();
  await expect(dialog.root.getByRole("checkbox", { name: /Set as primary/ })).toBeHidden();
  await dialog.root.getByRole("checkbox", { name: /I know/ }).check();
  await dialog.create();
  await expect(list.row("future.example")).toContainText("Valid from");
});

test("a self-signed one from `openssl req -x509` is a matter of ticking", async ({ list, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.selfSigned("self.example").pem);
  await expect(dialog.createButton).toBeDisabled();
  await dialog.tickAll();
  await dialog.create();
  await expect(list.row("self.example")).toBeVisible();
});

test("a lone certificate is asked for its key, right there", async ({ list, workshop }) => {
  const made = workshop.client({ name: "lone.example" });
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.crt);
  await expect(dialog.summary).toContainText("No private key found");
  await dialog.root.getByLabel("Choose the KEY file").setInputFiles(made.key);
  await expect(dialog.summary).toBeHidden();
  await dialog.create();
  await expect(list.row("lone.example")).toBeVisible();
});

test("files that are no certificates say what they are", async ({ list, workshop }) => {
  const cases: [string, string | Buffer, RegExp][] = [
    ["empty.pem", "", /empty/],
    ["letter.txt", "Dear Ana,\nplease find attached", /No PEM block found/],
    ["page.html", "<!doctype html><html></html>", /This is a web page/],
  ];
  const dialog = await list.openUpload();
  for (const [name, content, says] of cases) {
    const input = dialog.root.locator("input[type=file]").first();
    await input.setInputFiles(workshop.file(name, content));
    await expect(dialog.summary).toContainText(says);
    await expect(dialog.createButton).toBeDisabled();
  }
});

const PASSPHRASE = "Größe 🔑 ist geheim";

/** Drops files at the first place for them. */
async function drop(page: Page, dialog: { root: Locator }, paths: string[]): Promise<void> {
  const contents = paths.map((path) => [basename(path), readFileSync(path).toString("base64")]);
  const files = await page.evaluateHandle((contents) => {
    const transfer = new DataTransfer();
    for (const [name, base64] of contents) {
      const bytes = Uint8Array.from(atob(base64!), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name!));
    }
    return transfer;
  }, contents);
  await dialog.root.locator(".dropzone").first().dispatchEvent("drop", { dataTransfer: files });
}

test("a PKCS#12 file asks for its passphrase, is opened in the browser and sent as PEM", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "bundle.example" });
  const path = workshop.pkcs12(made, PASSPHRASE);
  const dialog = await list.openUpload();
  await expect(dialog.root.getByLabel(/Passphrase/)).toHaveCount(0);
  const requests = sent(page);
  await drop(page, dialog, [path]);
  const field = dialog.passphrase(basename(path));
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute("type", "password");
  await expect(dialog.root.getByText(`Enter the passphrase of ${basename(path)}.`)).toBeVisible();
  await expect(dialog.summary).toBeHidden();
  await expect(dialog.createButton).toBeDisabled();

  await field.fill("wrong");
  await dialog.root.getByRole("button", { name: "Open", exact: true }).click();
  await expect(dialog.root.getByText("The passphrase does not open the file.")).toBeVisible();
  await expect(field).toBeFocused();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveValue("wrong");

  await dialog.root.getByRole("button", { name: "Show passphrase" }).click();
  await expect(field).toHaveAttribute("type", "text");
  await field.fill(PASSPHRASE);
  await field.press("Enter");
  await expect(dialog.root.getByText("The private key belongs to this certificate")).toBeVisible();
  await expect(dialog.root.getByText(`${basename(path)} was opened. The private key has not left this browser.`)).toBeVisible();
  await expect(dialog.root.getByRole("heading", { name: "Preview" })).toBeVisible();
  await expect(dialog.root.getByText("1 certificate and 1 private key")).toBeVisible();
  await expect(dialog.root.getByLabel(/Passphrase/)).toHaveCount(0);
  await expect(dialog.name).toBeFocused();
  await expect(dialog.name).toHaveValue("bundle.example");
  expect(carries(requests, made.keyText)).toBe(false);

  await dialog.create();
  await expect(list.row("bundle.example")).toContainText("Valid");
  expect(carries(requests, made.keyText)).toBe(true);
  const bodies = requests.map((request) => request.url() + (request.postData() ?? "")).join("\n");
  expect(bodies).toContain("-----BEGIN PRIVATE KEY-----");
  for (const never of [PASSPHRASE, "Größe", "ENCRYPTED", "wrong"]) expect(bodies).not.toContain(never);
});

test("an encrypted key beside its certificate", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "locked.example", key: "rsa" });
  const key = workshop.lockedKey(made, PASSPHRASE, "-scrypt");
  const dialog = await list.openUpload();
  const requests = sent(page);
  await dialog.choosePair(made.crt, key);
  const field = dialog.passphrase(basename(key));
  await expect(field).toBeFocused();
  await expect(dialog.root.getByLabel(/Passphrase/)).toHaveCount(1);
  await expect(dialog.root.getByText("locked.example").first()).toBeVisible();
  await field.fill("wrong");
  await field.press("Enter");
  await expect(dialog.root.getByText("The passphrase does not open the private key.")).toBeVisible();
  await field.fill(PASSPHRASE);
  await dialog.root.getByRole("button", { name: "Open", exact: true }).click();
  await expect(dialog.root.getByText("The private key belongs to this certificate")).toBeVisible();
  await dialog.create();
  await expect(list.row("locked.example")).toBeVisible();
  const bodies = requests.map((request) => request.postData() ?? "").join("\n");
  for (const never of [PASSPHRASE, "ENCRYPTED"]) expect(bodies).not.toContain(never);
});

test("a file that would take too much work is refused at its field", async ({ list, workshop }) => {
  const made = workshop.client({ name: "slow.example" });
  const path = workshop.pkcs12(made, PASSPHRASE, "-iter", "1000001");
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(path);
  await dialog.passphrase(basename(path)).fill(PASSPHRASE);
  await dialog.passphrase(basename(path)).press("Enter");
  await expect(dialog.root.getByText("Opening the file takes 1,000,001 rounds of key derivation")).toBeVisible();
});

test("a CA certificate in a PKCS#12 file without a passphrase", async ({ list, workshop }) => {
  const path = workshop.pkcs12({ ...workshop.client({ name: "unused.example" }), pem: workshop.ca().crt }, "", "-nokeys");
  const dialog = await list.openUpload();
  await dialog.chooseAuthority(path);
  await expect(dialog.passphrase(basename(path))).toBeFocused();
  await dialog.root.getByRole("button", { name: "Open", exact: true }).click();
  await expect(dialog.name).toHaveValue("Workshop CA");
  await dialog.create();
  await expect(list.row("Workshop CA")).toBeVisible();
});

test("another file forgets the passphrase and what was opened", async ({ list, workshop }) => {
  const one = workshop.pkcs12(workshop.client({ name: "one.example" }), "first");
  const other = workshop.pkcs12(workshop.client({ name: "other.example" }), "second");
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(one);
  await dialog.passphrase(basename(one)).fill("wrong");
  await dialog.passphrase(basename(one)).press("Enter");
  await expect(dialog.root.getByText("The passphrase does not open the file.")).toBeVisible();
  const change = dialog.root.locator(".file-row input[type=file]");
  await change.setInputFiles(other);
  await expect(dialog.passphrase(basename(other))).toHaveValue("");
  await expect(dialog.root.getByText("The passphrase does not open the file.")).toBeHidden();
  await dialog.passphrase(basename(other)).fill("second");
  await dialog.passphrase(basename(other)).press("Enter");
  await expect(dialog.name).toHaveValue("other.example");
  await change.setInputFiles(one);
  await expect(dialog.passphrase(basename(one))).toHaveValue("");
  await expect(dialog.root.getByText("was opened")).toBeHidden();
  await expect(dialog.createButton).toBeDisabled();
});

test("an encrypted key in pasted text", async ({ list, workshop }) => {
  const made = workshop.client({ name: "pasted-key.example" });
  const key = readFileSync(workshop.lockedKey(made, PASSPHRASE), "utf8");
  const dialog = await list.openUpload();
  await dialog.root.getByText("Paste the text instead").click();
  await dialog.root.getByLabel(/in PEM format/).fill(made.crtText + key);
  await dialog.root.getByRole("button", { name: "Check the text" }).click();
  await dialog.passphrase("the pasted text").fill(PASSPHRASE);
  await dialog.passphrase("the pasted text").press("Enter");
  await dialog.create();
  await expect(list.row("pasted-key.example")).toBeVisible();
});

test("the part of the WASM that opens files is loaded when a file is locked", async ({ list, page, workshop }) => {
  const loaded: string[] = [];
  page.on("response", (response) => response.url().endsWith(".wasm") && loaded.push(response.url()));
  const dialog = await list.openUpload();
  const made = workshop.client({ name: "parts.example" });
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.name).toBeVisible();
  expect(loaded.filter((url) => url.includes("unlocker"))).toEqual([]);
  await dialog.root.locator(".file-row input[type=file]").setInputFiles(workshop.pkcs12(made, PASSPHRASE));
  await expect(async () => expect(loaded.some((url) => url.includes("unlocker"))).toBe(true)).toPass();
});

test("a file that is too large is not even read", async ({ list, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.file("big.pem", "x".repeat(128 * 1024 + 1)));
  await expect(dialog.root.getByText("The selected file must be smaller than 128 kB", { exact: false })).toBeVisible();
});

test("the same certificate again says under which name it is stored", async ({ list, workshop }) => {
  const made = workshop.client({ name: "twice.example" });
  await list.create(made.pem, "Stored before");
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.summary).toContainText("Already stored as “Stored before”");
  await expect(dialog.createButton).toBeDisabled();
});

test("a name of blanks is refused at its field", async ({ list, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "name.example" }).pem);
  await dialog.name.fill("   ");
  await dialog.createButton.click();
  await expect(dialog.name).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.root.locator("#upload-name-error")).toBeVisible();
  await dialog.name.fill("A name");
  await dialog.create();
  await expect(list.row("A name")).toBeVisible();
});

test("set as primary in the same step", async ({ list, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "primary.example" }).pem);
  await dialog.root.getByRole("checkbox", { name: /Set as primary/ }).check();
  await dialog.create();
  await expect(list.row("primary.example").getByText("Primary", { exact: true })).toBeVisible();
});

test.describe("without a connection", () => {
  test.use({ expectedMessages: { patterns: [/Failed to load resource: net::ERR_/, /TypeError: Failed to fetch/] } });

  test("what was entered stays, and is sent when the server is back", async ({ list, server, workshop }) => {
    const dialog = await list.openUpload();
    await dialog.chooseOneFile(workshop.client({ name: "patient.example" }).pem);
    await dialog.name.fill("Patience");
    await expect(dialog.root.getByText("Not stored yet")).toBeVisible();
    await server.stop();
    await dialog.createButton.click();
    await expect(dialog.root.getByRole("alert")).toContainText("The server cannot be reached. Nothing you entered is lost");
    await expect(dialog.name).toHaveValue("Patience");
    await server.start();
    await dialog.create();
    await expect(list.row("Patience")).toBeVisible();
  });

  test("a dialog that cannot be loaded says so, and is opened later", async ({ list, page }) => {
    await page.context().setOffline(true);
    await list.createButton.click();
    const apology = page.getByRole("dialog", { name: "This could not be loaded" });
    await expect(apology).toContainText("The server cannot be reached");
    await apology.getByRole("button", { name: "Close" }).last().click();
    await expect(apology).toBeHidden();
    await page.context().setOffline(false);
    await list.openUpload();
    await expect(page.getByRole("dialog", { name: "Create certificate" })).toBeVisible();
  });

  test("files that are chosen before the validator is there are judged later", async ({ list, page, workshop }) => {
    await page.route("**/split_validator*", (route) => route.abort());
    const dialog = await list.openUpload();
    const made = workshop.client({ name: "offline.example" });
    await dialog.chooseOneFile(made.pem);
    await expect(dialog.root.getByRole("alert")).toContainText("The server cannot be reached");
    await page.unroute("**/split_validator*");
    await dialog.root.getByRole("button", { name: "Check again" }).click();
    await dialog.create();
    await expect(list.row("offline.example")).toBeVisible();
  });
});

test("a double click creates one certificate", async ({ list, page, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "once.example" }).pem);
  await expect(dialog.createButton).toBeEnabled();
  const uploads: string[] = [];
  page.on("request", (request) => request.url().endsWith("/certificates/upload") && uploads.push(request.url()));
  await dialog.createButton.dblclick();
  await expect(dialog.root).toBeHidden();
  await expect(list.row("once.example")).toHaveCount(1);
  expect(uploads).toHaveLength(1);
});

test("Esc asks before a chosen file is discarded, and goes back to the button", async ({ list, page, workshop }) => {
  const dialog = await list.openUpload();
  await page.keyboard.press("Escape");
  await expect(dialog.root).toBeHidden();
  await expect(list.createButton).toBeFocused();

  await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "kept.example" }).pem);
  await expect(dialog.name).toBeVisible();
  for (let times = 0; times < 3; times++) {
    await page.keyboard.press("Escape");
    const question = page.getByRole("alertdialog", { name: "Discard the chosen file?" });
    await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(question).toBeHidden();
    await expect(dialog.name).toBeVisible();
  }
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(dialog.root).toBeHidden();
  expect(await list.names()).toEqual([]);
});

test("the browser's “back” asks before a chosen file is discarded", async ({ list, page, workshop }) => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Team" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Team");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Certificates" }).click();
  const back = () => page.evaluate(() => history.back());
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "kept.example" }).pem);
  await expect(dialog.name).toBeVisible();
  await back();
  const question = page.getByRole("alertdialog", { name: "Discard the chosen file?" });
  await expect(question).toBeVisible();
  await expect(page).toHaveURL(/\/company\/security\/certificates$/);
  await page.keyboard.press("Escape");
  await expect(question).toBeHidden();
  await expect(dialog.name).toBeVisible();
  await staysOnReload(page);
  await expect(dialog.name).toBeVisible();
  await back();
  await question.getByRole("button", { name: "Discard" }).click();
  await expect(dialog.root).toBeHidden();
  await expect(list.createButton).toBeVisible();
  await back();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Team");
});

test("Enter in the name creates", async ({ list, page, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "enter.example" }).pem);
  await expect(dialog.createButton).toBeEnabled();
  await dialog.name.press("Enter");
  await expect(dialog.root).toBeHidden();
  await expect(list.row("enter.example")).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("the validator's part of the WASM is loaded with the first dialog", async ({ list, page }) => {
  const loaded: string[] = [];
  page.on("response", (response) => response.url().endsWith(".wasm") && loaded.push(response.url()));
  await page.reload();
  await hydrated(page);
  const atFirst = loaded.length;
  await list.openUpload();
  await expect(async () => expect(loaded.length).toBeGreaterThan(atFirst)).toPass();
});

/** An RSA key of 2048 bits starts with its public numbers, which the certificate has too; from here on all is private. */
const PRIVATE = 300;

test("no key is left in the data directory, the log or the page", async ({ list, page, server, workshop }) => {
  const made = workshop.client({ name: "canary.example", key: "rsa" });
  await list.create(made.pem, "Canary");
  const material = keyMaterial(made.keyText);
  const der = Buffer.from(material, "base64");
  await page.reload();
  const seen = [await page.content(), server.log];
  const { readdirSync } = await import("node:fs");
  for (const file of readdirSync(server.data)) {
    const bytes = readFileSync(`${server.data}/${file}`);
    seen.push(bytes.toString("latin1"));
    for (let place = PRIVATE; place + 24 <= der.length; place += 24) {
      expect(bytes.includes(der.subarray(place, place + 24)), file).toBe(false);
    }
  }
  for (let place = PRIVATE * 2; place + 24 <= material.length; place += 24) {
    for (const text of seen) expect(text.includes(material.slice(place, place + 24))).toBe(false);
  }
});
