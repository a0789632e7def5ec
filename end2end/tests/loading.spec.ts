import { expect, test } from "../support/fixtures.ts";

test("while the list is read there is something of its shape, and nothing jumps", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "bank.example" }).pem, "Bank");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Team" }).click();
  await page.waitForURL("**/company/team");
  let go = () => {};
  const held = new Promise<void>((resolve) => (go = resolve));
  await page.route("**/sfn/certificates/list", async (route) => {
    await held;
    await route.continue();
  });
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Certificates" }).click();
  await expect(page.getByText("Loading the certificates…")).toHaveRole("status");
  const top = () => page.locator(".table-box").evaluate((table) => table.getBoundingClientRect().top);
  const before = await top();
  go();
  await expect(list.row("Bank")).toBeVisible();
  expect(Math.abs((await top()) - before)).toBeLessThanOrEqual(4);
});
