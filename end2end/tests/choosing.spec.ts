import type { Page } from "@playwright/test";

import { expect, hydrated, test } from "../support/fixtures.ts";

/** Drags files over the element and lets go of them there; tells which of the two events the page has claimed for itself. */
async function drop(page: Page, selector: string, ...files: [name: string, content: string][]): Promise<boolean[]> {
  return page.locator(selector).first().evaluate((element, files) => {
    const dataTransfer = new DataTransfer();
    for (const [name, content] of files) dataTransfer.items.add(new File([content], name));
    return ["dragover", "drop"].map((type) => {
      const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
      element.dispatchEvent(event);
      return event.defaultPrevented;
    });
  }, files);
}

test("CRT and KEY chosen without a pause are both taken, ten times", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "pair.example" });
  for (let times = 0; times < 10; times++) {
    const dialog = await list.openUpload();
    await dialog.choosePair(made.crt, made.key);
    await expect(dialog.root.locator(".file-row")).toHaveCount(2);
    await expect(dialog.name).toHaveValue("pair.example");
    await page.reload();
    await hydrated(page);
  }
});

test("the place for the KEY stays as it is when the CRT was chosen, and is next for the keyboard", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "pair.example" });
  const dialog = await list.openUpload();
  await page.keyboard.press("ArrowRight");
  const key = dialog.root.getByLabel("Choose the KEY file");
  const before = await key.elementHandle();
  await page.keyboard.press("Tab");
  let chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(made.crt);
  await expect(dialog.root.locator(".file-row")).toHaveCount(1);
  await expect(key).toBeFocused();
  expect(await before!.evaluate((element) => element.isConnected)).toBe(true);

  chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(made.key);
  await expect(dialog.name).toBeFocused();
});

test("the KEY first: the CRT is next", async ({ list, workshop }) => {
  const made = workshop.client({ name: "pair.example" });
  const dialog = await list.openUpload();
  await dialog.root.getByRole("radio", { name: /CRT \+ KEY files/ }).check();
  await dialog.root.getByLabel("Choose the KEY file").setInputFiles(made.key);
  await expect(dialog.root.getByLabel("Choose the CRT file")).toBeFocused();
  await dialog.root.getByLabel("Choose the CRT file").setInputFiles(made.crt);
  await expect(dialog.name).toHaveValue("pair.example");
});

test("a file that is dropped anywhere is taken, and never opened by the browser", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "first.example" });
  const other = workshop.client({ name: "second.example" });
  const dialog = await list.openUpload();
  const claimed = [true, true];
  expect(await drop(page, "#upload .dialog-foot", ["first.pem", made.crtText + made.keyText])).toEqual(claimed);
  await expect(dialog.name).toHaveValue("first.example");

  // Once files are judged: on their row, beside it, and behind the dialog.
  for (const [selector, text, name] of [
    ["#upload .file-row", other.crtText + other.keyText, "second.example"],
    ["#upload .findings", made.crtText + made.keyText, "first.example"],
    ["#upload", other.crtText + other.keyText, "second.example"],
  ] as const) {
    expect(await drop(page, selector, [`${name}.pem`, text])).toEqual(claimed);
    await expect(dialog.name).toHaveValue(name);
    await expect(dialog.root.locator(".file-row")).toContainText(`${name}.pem`);
  }

  // A lone certificate's key goes to the place that is free; two files replace both.
  expect(await drop(page, "#upload .dialog-head", ["lone.crt", made.crtText])).toEqual(claimed);
  await expect(dialog.summary).toContainText("No private key found");
  expect(await drop(page, "#upload .dialog-head", ["its.key", made.keyText])).toEqual(claimed);
  await expect(dialog.root.locator(".file-row")).toHaveCount(2);
  await expect(dialog.name).toHaveValue("first.example");
  expect(await drop(page, "#upload .preview", ["b.key", other.keyText], ["b.crt", other.crtText])).toEqual(claimed);
  await expect(dialog.name).toHaveValue("second.example");

  // Not while something else is asked, but the browser does not get it then either.
  await page.keyboard.press("Escape");
  const question = page.getByRole("alertdialog", { name: "Discard the chosen file?" });
  expect(await drop(page, "#discard", ["first.pem", made.crtText + made.keyText])).toEqual(claimed);
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(dialog.name).toHaveValue("second.example");
  await dialog.create();
  await expect(list.row("second.example")).toBeVisible();
  expect(await drop(page, "#main", ["first.pem", made.crtText])).toEqual([false, false]);
});

test("text can still be dragged into the box", async ({ list, page }) => {
  const dialog = await list.openUpload();
  await dialog.root.getByText("Paste the text instead").click();
  const claimed = await dialog.root.getByLabel(/in PEM format/).evaluate((element) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.setData("text/plain", "-----BEGIN CERTIFICATE-----");
    return ["dragover", "drop"].map((type) => {
      const event = new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true });
      element.dispatchEvent(event);
      return event.defaultPrevented;
    });
  });
  expect(claimed).toEqual([false, false]);
  await expect(page.getByText("Choose a file to continue.")).toBeVisible();
});

test("a CA certificate chosen as one PEM file can be uploaded as what it is", async ({ list, workshop }) => {
  const authority = workshop.selfSigned("A root");
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(authority.crt);
  await expect(dialog.summary).toContainText("No private key found");
  await dialog.root.getByRole("button", { name: "Upload it as a CA certificate" }).click();
  await expect(dialog.name).toHaveValue("A root");
  await expect(dialog.name).toBeFocused();
  await dialog.create();
  await expect(list.row("A root").getByText("CA", { exact: true })).toBeVisible();
});

test("a client certificate chosen as a CA certificate can be uploaded as what it is", async ({ list, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseAuthority(workshop.client({ name: "client.example" }).pem);
  await expect(dialog.summary).toContainText("is not a CA certificate");
  await dialog.root.getByRole("button", { name: "Upload it as a client certificate" }).click();
  await expect(dialog.name).toHaveValue("client.example");
  await dialog.create();
  await expect(list.row("client.example")).toBeVisible();
});

test("a key chosen as one PEM file is asked for its certificate", async ({ list, workshop }) => {
  const made = workshop.client({ name: "key-first.example" });
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.key);
  await expect(dialog.summary).toContainText("a private key but no certificate");
  await dialog.root.getByRole("button", { name: "Choose its certificate" }).click();
  const crt = dialog.root.getByLabel("Choose the CRT file");
  await expect(crt).toBeFocused();
  await crt.setInputFiles(made.crt);
  await expect(dialog.name).toHaveValue("key-first.example");
  await dialog.create();
  await expect(list.row("key-first.example")).toBeVisible();
});

test("a file that is too large in the place of a good one has to be changed first", async ({ list, workshop }) => {
  const made = workshop.client({ name: "good.example" });
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.createButton).toBeEnabled();
  const chooser = dialog.root.locator(".file-row input[type=file]");
  await chooser.setInputFiles(workshop.file("big.pem", "x".repeat(128 * 1024 + 1)));
  await expect(dialog.summary).toContainText("1 problem to fix");
  await expect(dialog.summary).toContainText("must be smaller than 128 kB");
  await expect(dialog.root.getByText("Fix 1 problem first.")).toBeVisible();
  await expect(dialog.createButton).toBeDisabled();
  await chooser.setInputFiles(made.pem);
  await expect(dialog.summary).toBeHidden();
  await dialog.create();
});

test("a file that is too large does not stand in the way of pasted text", async ({ list, workshop }) => {
  const made = workshop.client({ name: "pasted.example" });
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.file("big.pem", "x".repeat(128 * 1024 + 1)));
  await expect(dialog.root.getByText("must be smaller than 128 kB")).toBeVisible();
  await dialog.root.getByText("Paste the text instead").click();
  await dialog.root.getByLabel(/in PEM format/).fill(made.crtText + made.keyText);
  await dialog.root.getByRole("button", { name: "Check the text" }).click();
  await dialog.create();
  await expect(list.row("pasted.example")).toBeVisible();
});

test("a typed name outlives a change of the file, a suggested one does not", async ({ list, workshop }) => {
  const first = workshop.client({ name: "first.example" });
  const second = workshop.client({ name: "second.example" });
  const dialog = await list.openUpload();
  const change = async (path: string) => {
    await dialog.root.locator(".file-row input[type=file]").setInputFiles(path);
    await expect(dialog.root.locator(".file-row")).toContainText(path.split("/").at(-1)!);
  };
  await dialog.chooseOneFile(first.pem);
  await expect(dialog.name).toHaveValue("first.example");
  await change(second.pem);
  await expect(dialog.name).toHaveValue("second.example");
  await dialog.name.fill("Bank prod");
  await change(first.pem);
  await expect(dialog.root.getByText("CN=first.example", { exact: false })).toBeVisible();
  await expect(dialog.name).toHaveValue("Bank prod");
});
