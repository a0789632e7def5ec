import { Api, mtls } from "../support/api.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";
import { axe, fitsOnAPhone } from "../support/looks.ts";

test("in use: the nodes by name, moved and deleted in one step", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const old = await api.upload("Clearing", workshop.client({ name: "clearing.example", to: 200 }));
  const spare = await api.upload("Spare", workshop.client({ name: "spare.example", to: 300 }));
  const bank = await api.upload("Bank", workshop.client({ name: "bank.example", to: 400 }));
  await api.makePrimary(bank);
  const nodes = [await api.createNode("Submit file", mtls(old)), await api.createNode("Fetch report", mtls(old))];
  await api.createNode("Off", mtls(old, false));
  await page.reload();
  await hydrated(page);

  const trash = list.row("Clearing").getByRole("button", { name: "Delete Clearing" });
  await trash.click();
  const dialog = page.getByRole("alertdialog", { name: "This certificate is in use" });
  await expect(page.getByRole("heading", { name: "This certificate is in use" })).toBeFocused();
  await expect(dialog.getByText("2 API nodes send “Clearing”. If it is deleted, their calls will fail.")).toBeVisible();
  await expect(dialog.getByRole("listitem")).toHaveText([/^Fetch report/, /^Submit file/]);
  await expect(dialog).toContainText("“Off” has pinned it with its mTLS off; it follows the primary afterwards.");
  const confirm = dialog.getByRole("button", { name: "Move 2 nodes and delete" });
  await expect(confirm).toBeDisabled();
  await expect(dialog).toContainText("Choose where its users go.");
  const target = dialog.getByLabel("Move them to");
  await expect(target.getByRole("option")).toHaveText([
    "Choose a certificate", "Primary certificate (automatic) — Bank", /^Bank — expires .*, EC P-256$/, /^Spare — expires .*, EC P-256$/,
  ]);
  await axe(page);
  await fitsOnAPhone(page);
  await page.keyboard.press("Escape");
  await expect(trash).toBeFocused();

  await trash.click();
  await target.selectOption(spare);
  await confirm.click();
  await expect(list.toast).toContainText("2 nodes moved. Clearing deleted.");
  await expect(list.row("Spare").getByRole("button", { name: "Delete Spare" })).toBeFocused();
  await expect(list.row("Clearing")).toBeHidden();
  for (const node of nodes) expect((await api.node(node)).mtls).toEqual({ enabled: true, certificate: spare });

  // To the primary: they follow it from then on.
  await list.row("Spare").getByRole("button", { name: "Delete Spare" }).click();
  await dialog.getByLabel("Move them to").selectOption("primary");
  await confirm.click();
  await expect(list.toast).toContainText("2 nodes moved. Spare deleted.");
  for (const node of nodes) expect((await api.node(node)).mtls).toEqual({ enabled: true, certificate: "primary" });
});

test("the primary: whoever is chosen becomes it", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const bank = await api.upload("Bank", workshop.client({ name: "bank.example", to: 200 }));
  const spare = await api.upload("Spare", workshop.client({ name: "spare.example", to: 300 }));
  await api.makePrimary(bank);
  await api.createNode("Payouts", mtls("primary"));
  await page.reload();
  await hydrated(page);
  await list.row("Bank").getByRole("button", { name: "Delete Bank" }).click();
  const dialog = page.getByRole("alertdialog", { name: "This certificate is in use" });
  await expect(dialog).toContainText("It is the primary, and 1 of them follows it: the certificate that you choose becomes the primary.");
  await dialog.getByLabel("Move them to").selectOption(spare);
  await dialog.getByRole("button", { name: "Move 1 node and delete" }).click();
  await expect(list.toast).toContainText("1 node moved. Bank deleted.");
  await expect(list.row("Spare").getByText("Primary", { exact: true })).toBeVisible();
});

test("a CA certificate that servers are trusted by moves to another one", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const old = await api.uploadAuthority("Old CA", workshop.authority("Old CA"));
  await api.createNode("Balance", { server_ca: old });
  await page.reload();
  await hydrated(page);
  await list.row("Old CA").getByRole("button", { name: "Delete Old CA" }).click();
  const dialog = page.getByRole("alertdialog", { name: "This certificate is in use" });
  await expect(dialog).toContainText("There is no other CA certificate that is valid. Add one first, then move them.");
  await expect(dialog.getByRole("button", { name: "Move 1 node and delete" })).toBeDisabled();
  await expect(dialog.getByRole("checkbox")).toHaveCount(0);
});

test("the key is destroyed at once only if that is confirmed", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  await api.upload("Leaked", workshop.client({ name: "leaked.example" }));
  await page.reload();
  await hydrated(page);
  await list.row("Leaked").getByRole("button", { name: "Delete Leaked" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Delete certificate?" });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await expect(dialog).toHaveAccessibleDescription(/^“Leaked” \(expires .*\) is not used by any API node\. You can restore it for 30 days\./);
  await axe(page);
  await fitsOnAPhone(page);
  await dialog.getByRole("checkbox", { name: /^Destroy its private key at once/ }).check();
  await expect(dialog).toContainText("Nobody can restore it.");
  const confirm = dialog.getByRole("button", { name: "Delete and destroy the key" });
  await expect(confirm).toBeDisabled();
  await expect(dialog).toContainText("Confirm that its key is to be destroyed.");
  await axe(page);
  await dialog.getByRole("checkbox", { name: "Yes, destroy it for good" }).check();
  await confirm.click();
  await expect(list.toast).toContainText("Leaked deleted. Its private key was destroyed.");
  await expect(list.toast.getByRole("button", { name: "Undo" })).toHaveCount(0);
  await page.reload();
  await hydrated(page);
  await expect(page.getByRole("link", { name: /Deleted/ })).toHaveCount(0);
});

test("somebody who begins to use it meanwhile is noticed", async ({ list, page, server, workshop }) => {
  const api = new Api(server);
  const bank = await api.upload("Bank", workshop.client({ name: "bank.example", to: 200 }));
  await api.upload("Spare", workshop.client({ name: "spare.example", to: 300 }));
  await page.reload();
  await hydrated(page);
  const planned = page.waitForResponse("**/sfn/certificates/plan-delete");
  await list.row("Bank").getByRole("button", { name: "Delete Bank" }).click();
  const unused = page.getByRole("alertdialog", { name: "Delete certificate?" });
  await expect(unused).toBeVisible();
  await planned;
  await api.createNode("Balance", mtls(bank));
  await unused.getByRole("button", { name: "Delete certificate" }).click();
  const used = page.getByRole("alertdialog", { name: "This certificate is in use" });
  await expect(used.getByRole("alert")).toContainText("Used by 1 API node: Balance.");
  await expect(used.getByRole("listitem")).toHaveText([/^Balance/]);
});
