import { Api, mtls } from "../support/api.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { axe, fitsOnAPhone } from "../support/looks.ts";

test("another primary: who follows it, and who stays", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const bank = await api.upload("Bank", workshop.client({ name: "bank.example", to: 200 }));
  const spare = await api.upload("Spare", workshop.client({ name: "spare.example", to: 300 }));
  await api.makePrimary(bank);
  for (const name of ["Payouts", "Payroll"]) await api.createNode(name, mtls("primary"));
  for (const name of ["Balance", "Statements", "Orders"]) await api.createNode(name, mtls(bank));
  await api.createNode("Own", mtls(spare));
  await page.reload();
  await hydrated(page);

  const button = list.row("Spare").getByRole("button", { name: /^Set as primary\s?: Spare$/ });
  await button.click();
  const dialog = page.getByRole("dialog", { name: "Make “Spare” the primary?" });
  await expect(page.getByRole("heading", { name: "Make “Spare” the primary?" })).toBeFocused();
  await expect(dialog).toContainText("New mTLS nodes will use it. “Bank” will no longer be primary.");
  await expect(dialog.getByRole("heading", { name: "2 nodes follow the primary and change now" })).toBeVisible();
  await expect(dialog.getByRole("listitem")).toHaveText([/^Payouts/, /^Payroll/]);
  await expect(dialog).toContainText("3 nodes are pinned to another certificate and stay as they are.");
  await axe(page);
  await fitsOnAPhone(page);
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();

  await button.click();
  await dialog.getByRole("button", { name: "Set as primary" }).click();
  await expect(list.toast).toContainText("Spare is now primary. Bank no longer is.");
  await expect(list.row("Spare").getByRole("link", { name: "Spare" })).toBeFocused();
  await expect(list.row("Spare").getByRole("button", { name: /^Used by 3 nodes/ })).toBeVisible();
  await expect(list.row("Bank").getByRole("button", { name: /^Used by 3 nodes/ })).toBeVisible();

  await list.row("Spare").getByRole("button", { name: /^Remove primary/ }).click();
  const removing = page.getByRole("dialog", { name: "Remove “Spare” as primary?" });
  await expect(removing.getByRole("heading", { name: "2 nodes follow the primary and have no certificate then" })).toBeVisible();
  await axe(page);
});

test("those that cannot be the primary say why", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  await api.upload("Future", workshop.client({ name: "future.example", from: 10, to: 300 }));
  await api.uploadAuthority("Authority", workshop.authority("Partner CA"));
  await page.reload();
  await hydrated(page);
  for (const [name, reason] of [
    ["Future", "It is not valid yet and cannot be the primary before it is."],
    ["Authority", "A CA certificate has no private key and cannot be the primary."],
  ] as const) {
    const button = list.row(name).getByRole("button", { name: new RegExp(`^Set as primary\\s?: ${name}$`) });
    await expect(button).toHaveAttribute("aria-disabled", "true");
    await expect(button).toHaveAccessibleDescription(reason);
    await button.focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog")).toHaveCount(0);
    await expect(list.toast).toContainText(reason);
  }
  await axe(page);
});

test("what somebody else has changed meanwhile is said, and one can go on", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const bank = await api.upload("Bank", workshop.client({ name: "bank.example" }));
  await page.reload();
  await hydrated(page);
  await list.row("Bank").getByRole("button", { name: /^Set as primary/ }).click();
  await api.rename(bank, "Bank prod");
  const dialog = page.getByRole("dialog", { name: /Make “.*” the primary\?/ });
  await dialog.getByRole("button", { name: "Set as primary" }).click();
  await expect(dialog.getByRole("alert")).toContainText("deploy changed this certificate on");
  await expect(dialog.getByRole("alert")).toContainText("It is called “Bank prod” now.");
  await expect(dialog.getByRole("alert")).toBeFocused();
  await expect(dialog.getByRole("heading", { name: "Make “Bank prod” the primary?" })).toBeVisible();
  await dialog.getByRole("button", { name: "Set as primary" }).click();
  await expect(list.toast).toContainText("Bank prod is now primary.");
});
