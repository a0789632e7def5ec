import { basename } from "node:path";

import { expect, hydrated, loseCookies, open, test } from "../support/fixtures.ts";
import { axeAsItIs } from "../support/looks.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing on the pages and dialogs", async ({ list, page, server, workshop }) => {
      await axeAsItIs(page);
      const dialog = await list.openUpload();
      await axeAsItIs(page);
      await dialog.chooseOneFile(workshop.client({ name: "axe.example" }).pem);
      await expect(dialog.name).toBeVisible();
      await axeAsItIs(page);
      await dialog.name.fill("Axe");
      await dialog.create();
      await list.create(workshop.client({ name: "soon.example", from: -100, to: 5 }).pem, "Soon");
      await axeAsItIs(page);
      await list.row("Axe").getByRole("button", { name: /^Set as primary\s?: Axe$/ }).click();
      await axeAsItIs(page);
      await page.getByRole("button", { name: "Set as primary", exact: true }).click();
      await expect(page.getByText("Primary", { exact: true })).toBeVisible();
      await list.row("Axe").getByRole("button", { name: "Rename Axe" }).click();
      await axeAsItIs(page);
      await page.keyboard.press("Escape");
      await list.row("Axe").getByRole("button", { name: "Delete Axe" }).click();
      await axeAsItIs(page);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Ana Ruiz, your account" }).click();
      await axeAsItIs(page);
      await page.keyboard.press("Escape");

      await list.openUpload();
      await dialog.choosePair(workshop.client({ name: "a.example" }).crt, workshop.client({ name: "b.example" }).key);
      await expect(dialog.summary).toBeVisible();
      await axeAsItIs(page);

      await page.reload();
      await hydrated(page);
      await list.openUpload();
      const locked = workshop.pkcs12(workshop.client({ name: "c.example" }), "secret");
      await dialog.chooseOneFile(locked);
      await expect(dialog.passphrase(basename(locked))).toBeFocused();
      await axeAsItIs(page);
      await dialog.passphrase(basename(locked)).press("Enter");
      await expect(dialog.root.getByText("The passphrase does not open the file.")).toBeVisible();
      await axeAsItIs(page);

      await loseCookies(page);
      await open(page, "/sign-in");
      await axeAsItIs(page);
      await open(page, server.setupLink);
      await axeAsItIs(page);
    });
  });
}

test.describe("360 px", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("nothing has to be scrolled sideways", async ({ list, page, workshop }) => {
    const fits = async () => {
      const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(overflow, `${scrollWidth} in ${clientWidth}`).toBeLessThanOrEqual(0);
      for (const dialog of await page.locator("dialog[open] .dialog-body").all()) {
        expect(await dialog.evaluate((body) => body.scrollWidth - body.clientWidth)).toBeLessThanOrEqual(0);
      }
    };
    await fits();
    const dialog = await list.openUpload();
    await fits();
    await dialog.chooseOneFile(workshop.client({ name: "a-rather-long-host-name.payments.meridian.example" }).pem);
    await expect(dialog.name).toBeVisible();
    await fits();
    await dialog.create();
    await fits();
    await list.openUpload();
    await dialog.chooseOneFile(workshop.pkcs12(workshop.client({ name: "locked.example" }), "secret"));
    await expect(dialog.root.getByLabel(/^Passphrase of/)).toBeFocused();
    await fits();
    await page.reload();
    await hydrated(page);
    await page.getByRole("button", { name: "Menu" }).click();
    await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
    await fits();
  });
});

test("the whole way by keyboard", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "keys.example" });
  await list.createButton.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("radio", { name: /One PEM file/ })).toBeFocused();
  await page.keyboard.press("Tab");
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Enter");
  await (await chooser).setFiles(made.pem);
  await expect(page.getByLabel("Name", { exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(list.row("keys.example").locator(".row-title")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: /^Set as primary\s?: keys.example$/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Make “keys.example” the primary?" })).toBeFocused();
});

test("a chosen theme stays", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await page.getByRole("button", { name: "Ana Ruiz, your account" }).click();
  await page.getByLabel("Theme").selectOption("dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
});
