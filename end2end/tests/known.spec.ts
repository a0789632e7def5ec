import { expect, test } from "../support/fixtures.ts";

test("a key and a name that are there already are said before anything is sent", async ({ list, workshop }) => {
  const first = workshop.client({ name: "payments.example" });
  await list.create(first.pem, "Bank prod");

  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.client({ name: "renewed.example", keyOf: first }).pem);
  await expect(dialog.root.getByText("This key is already used by “Bank prod”.")).toBeVisible();
  await expect(dialog.root.getByText("is called", { exact: false })).toBeHidden();
  await dialog.name.fill("BANK prod");
  await dialog.name.blur();
  await expect(dialog.root.getByText("Another certificate is called “BANK prod” already.")).toBeVisible();
  await dialog.name.fill("Bank renewed");
  await dialog.name.blur();
  await expect(dialog.root.getByText("is called", { exact: false })).toBeHidden();
  await dialog.create();
  await expect(list.row("Bank renewed")).toBeVisible();
});

test("a new name that another certificate has, or that mixes alphabets, is said and kept", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "one.example" }).pem, "Bank prod");
  await list.create(workshop.client({ name: "two.example" }).pem, "Bank test");
  const rename = async (from: string, to: string) => {
    await list.row(from).getByRole("button", { name: `Rename ${from}` }).click();
    const dialog = page.getByRole("dialog", { name: "Rename certificate" });
    await dialog.getByLabel("Name").fill(to);
    await dialog.getByRole("button", { name: "Save name" }).click();
    await expect(dialog).toBeHidden();
  };
  await rename("Bank test", "bank PROD");
  await expect(list.toast).toContainText("Certificate renamed. Another certificate is called “bank PROD” already.");
  await rename("bank PROD", "B\u0430nk");
  await expect(list.toast).toContainText("A word of the name mixes letters of different alphabets that look alike.");
});

test("certificates of a chain that did not issue one another are refused in the browser", async ({ list, workshop }) => {
  const made = workshop.client({ name: "payments.example" });
  const other = workshop.authority("Workshop CA");
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(workshop.file("broken.pem", made.crtText + made.keyText + other.crtText));
  await expect(dialog.summary).toContainText("was not issued by certificate 2, which has the issuer's name");
  await expect(dialog.createButton).toBeDisabled();
});
