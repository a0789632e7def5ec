import { failed, refusedKey } from "../support/answers.ts";
import { expect, test } from "../support/fixtures.ts";

test("an error is said in short above and at its file, with the remedy, and in detail below", async ({ list, workshop }) => {
  const one = workshop.client({ name: "one.example" });
  const other = workshop.client({ name: "other.example" });
  const dialog = await list.openUpload();
  await dialog.choosePair(one.crt, other.key);
  const short = "The private key does not belong to this certificate. Choose the .key file that was created with this certificate.";
  await expect(dialog.summary.getByRole("link")).toHaveText(short);
  await expect(dialog.root.locator("#upload-files-error")).toHaveText(short);

  const check = dialog.root.locator(".finding-error");
  await expect(check).not.toContainText("Choose the .key file");
  await expect(check).toContainText("The private key does not belong to the certificate.");
  await expect(check.locator("p")).toContainText(/^The certificate's key is EC P-256 \(\w{8}…\), the private key EC P-256 \(\w{8}…\)\./);
  await expect(check.locator("code").first()).toHaveText("openssl x509 -in CERT -noout -pubkey");
  await expect(dialog.root).not.toContainText("`");
  await expect(dialog.root).not.toContainText("Line 1.");
});

test("a command to copy stands among the checks, as code", async ({ list, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.file("letter.txt", "Dear Ana"));
  await expect(dialog.summary).toContainText("No PEM block found");
  await expect(dialog.root).not.toContainText("`");
  await dialog.root.locator("input[type=file]").first().setInputFiles(workshop.file("request.pem",
    "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"));
  await expect(dialog.summary).toContainText("This is a signing request, not a certificate.");
  await expect(dialog.root).not.toContainText("`");
});

test("one that is stored already: the link leads to its row", async ({ list, workshop }) => {
  const made = workshop.client({ name: "twice.example" });
  await list.create(made.pem, "Stored before");
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.summary).toContainText("1 problem to fix");
  await expect(dialog.root.getByText("Fix 1 problem first.")).toBeVisible();
  await expect(dialog.createButton).toBeDisabled();
  await dialog.summary.getByRole("link", { name: /Already stored as “Stored before”/ }).click();
  await expect(dialog.root).toBeHidden();
  await expect(list.row("Stored before").locator(".row-title")).toBeFocused();
});

test("what is stored already is counted with the other problems, before any warning", async ({ list, workshop }) => {
  const made = workshop.selfSigned("Both");
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.pem);
  await dialog.tickAll();
  await dialog.create();

  await list.openUpload();
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.root.getByText("Fix 1 problem first.")).toBeVisible();
  await dialog.tickAll();
  await expect(dialog.root.getByText("Fix 1 problem first.")).toBeVisible();

  // The same certificate, with a key that is not its own.
  await dialog.root.locator(".file-row input[type=file]").setInputFiles(
    workshop.file("wrong.pem", made.crtText + workshop.client({ name: "other.example" }).keyText),
  );
  await expect(dialog.summary).toContainText("2 problems to fix");
  await expect(dialog.root.getByText("Fix 2 problems first.")).toBeVisible();
});

test("one that is stored already, on another page of the list", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "far.example", to: 900 });
  await list.create(made.pem, "Far away");
  await list.row("Far away").getByRole("button", { name: "Delete Far away" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete certificate" }).click();
  await expect(list.row("Far away")).toBeHidden();
  await page.getByRole("link", { name: /Deleted/ }).click();
  await expect(list.row("Far away")).toBeVisible();
  await list.row("Far away").getByRole("button", { name: /^Restore/ }).click();
  await expect(list.row("Far away")).toBeHidden();
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.summary).toContainText("Already stored as “Far away”");
  await expect(dialog.summary).toContainText("It is not on this page");
});

test("after a refused send nothing claims that the key has not left", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "sent.example" });
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.pem);
  const note = dialog.root.locator("#upload-why");
  await expect(note).toHaveText("The private key has not left this browser.");
  await page.route("**/sfn/certificates/upload", (route) => route.fulfill(failed("0123abcd")));
  await dialog.createButton.click();
  await expect(dialog.root.getByRole("alert")).toContainText("0123abcd");
  await expect(note).toHaveText("It was sent, but is not known to be stored.");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("alertdialog")).not.toContainText("has not been sent");
  await page.keyboard.press("Escape");

  // Another key has not been sent.
  await dialog.root.locator(".file-row input[type=file]").setInputFiles(workshop.client({ name: "other.example" }).pem);
  await expect(note).toHaveText("The private key has not left this browser.");
  await dialog.root.locator(".file-row input[type=file]").setInputFiles(made.pem);
  await expect(note).toHaveText("It was sent, but is not known to be stored.");
  await page.unroute("**/sfn/certificates/upload");
  await dialog.create();
});

test("what the server alone finds is said once, and stands in the way", async ({ list, page, workshop }) => {
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "refused.example" }).pem);
  await page.route("**/sfn/certificates/upload", (route) =>
    route.fulfill(refusedKey({ code: 2313, message: "The key could not be used. It is damaged.", hint: "Choose another copy." })),
  );
  await dialog.createButton.click();
  await expect(dialog.summary).toBeFocused();
  await expect(dialog.root.getByRole("alert")).toHaveCount(1);
  await expect(dialog.summary).toContainText("The key could not be used. Choose another copy.");
  await expect(dialog.root.getByText("Fix 1 problem first.")).toBeVisible();
  await expect(dialog.createButton).toBeDisabled();
});

test.describe("whether it is stored already", () => {
  test.use({ expectedMessages: { patterns: [/Failed to load resource: net::ERR_FAILED/, /TypeError: Failed to fetch/] } });

  test("is said only when the server has answered", async ({ list, page, workshop }) => {
    const made = workshop.client({ name: "asked.example" });
    let answer = (): void => {};
    const asked = new Promise<void>((resolve) => (answer = resolve));
    await page.route("**/sfn/certificates/known", async (route) => {
      await asked;
      await route.continue();
    });
    const dialog = await list.openUpload();
    await dialog.chooseOneFile(made.pem);
    await expect(dialog.root.getByText("Asking the server whether it is stored already…")).toBeVisible();
    await expect(dialog.root.getByText("Not stored yet")).toBeHidden();
    answer();
    await expect(dialog.root.getByText("Not stored yet")).toBeVisible();

    await page.unroute("**/sfn/certificates/known");
    await page.route("**/sfn/certificates/known", (route) => route.abort());
    await dialog.root.locator(".file-row input[type=file]").setInputFiles(made.pem);
    await expect(dialog.root.getByText("The server did not say whether it is stored already")).toBeVisible();
    await expect(dialog.root.getByText("Not stored yet")).toBeHidden();
    await dialog.create();
    await expect(list.row("asked.example")).toBeVisible();
  });

  test("is nothing to ask about what cannot be read", async ({ list, workshop }) => {
    const dialog = await list.openUpload();
    await dialog.chooseOneFile(workshop.file("letter.txt", "Dear Ana"));
    await expect(dialog.summary).toContainText("No PEM block found");
    await expect(dialog.root.getByText("Not stored yet")).toBeHidden();
    await expect(dialog.root.getByText("Asking the server")).toBeHidden();
  });
});
