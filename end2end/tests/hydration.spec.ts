import { expect, hydrated, open, test } from "../support/fixtures.ts";

// Each page once, with data, so that a server and a browser that draw it differently are noticed.
test("server and browser agree about every page", async ({ list, page, server, workshop }) => {
  await hydrated(page);
  await list.create(workshop.client({ name: "one.example" }).pem, "One");
  await list.create(workshop.client({ name: "two.example", from: -100, to: 5 }).pem, "Two");
  await list.row("One").getByRole("button", { name: /^Set as primary\s?: One$/ }).click();
  await page.getByRole("button", { name: "Set as primary", exact: true }).click();
  await expect(list.row("One").getByText("Primary", { exact: true })).toBeVisible();
  await list.row("Two").getByRole("button", { name: "Delete Two" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete certificate" }).click();
  await expect(list.row("Two")).toBeHidden();

  for (const path of ["/", "/company/security/certificates?filter=deleted", "/company/tokens", "/company/audit-log", "/no-such-page"]) {
    await open(page, path);
  }
  await page.context().clearCookies();
  await open(page, "/sign-in");
  await open(page, server.setupLink);
});

test("and before there is anybody", async ({ page, server }) => {
  await open(page, "/sign-in");
  await open(page, server.setupLink);
  await open(page, "/setup?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
});

test.use({ expectedMessages: { patterns: [/Failed to load resource: the server responded with a status of 404/] } });
