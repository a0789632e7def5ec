import { expect, hydrated, loseCookies, open, test } from "../support/fixtures.ts";

// Each page once, with data, so that a server and a browser that draw it differently are noticed.
test("server and browser agree about every page", async ({ list, page, server, workshop }) => {
  await hydrated(page);
  await list.create(workshop.client({ name: "one.example" }).pem, "One");
  await list.create(workshop.client({ name: "two.example", from: -100, to: 5 }).pem, "Two");
  await list.row("One").getByRole("button", { name: /^Set as primary\s?: One$/ }).click();
  await page.getByRole("button", { name: "Set as primary", exact: true }).click();
  await expect(list.row("One").getByText("Primary", { exact: true })).toBeVisible();
  const pages = await page.getByRole("rowheader").getByRole("link").evaluateAll((links) => links.map((link) => link.getAttribute("href")!));
  expect(pages).toHaveLength(2);
  await list.row("Two").getByRole("button", { name: "Delete Two" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete certificate" }).click();
  await expect(list.row("Two")).toBeHidden();

  await open(page, "/api-nodes");
  await open(page, "/api-nodes/new");
  await page.getByLabel("Name", { exact: true }).fill("Create transfer");
  await page.getByLabel("URL", { exact: true }).fill("https://api.bank.example/v1/{{id}}");
  await page.getByRole("switch", { name: "mTLS certificates" }).check();
  await page.getByRole("button", { name: "Add header" }).click();
  await page.getByLabel("Header 1 name").fill("X-Key");
  await page.getByLabel("Header 1 value").fill("{{key}}");
  await page.getByRole("button", { name: "Save API node" }).click();
  await expect(page.getByText("All changes saved")).toBeVisible();
  const node = new URL(page.url()).pathname;

  for (const path of [node, "/api-nodes", "/api-nodes/00000000-0000-4000-8000-000000000000", "/", "/company/security/certificates?filter=deleted", ...pages, "/company/tokens", "/company/audit-log", "/no-such-page"]) {
    await open(page, path);
  }
  await loseCookies(page);
  await open(page, "/sign-in");
  await open(page, server.setupLink);
});

test("and before there is anybody", async ({ page, server }) => {
  await open(page, "/sign-in");
  await open(page, server.setupLink);
  await open(page, "/setup?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
});

test.use({ expectedMessages: { patterns: [/Failed to load resource: the server responded with a status of 404/] } });
