import type { Page } from "@playwright/test";

import type { Made, Workshop } from "../support/certificates.ts";
import { axeAsItIs } from "../support/looks.ts";
import { type Api, Editor, NODES, expect, open, row, test } from "../support/node-pages.ts";
import type { Service } from "../support/service.ts";

async function fits(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
}

/** Shows every state of both pages, and looks at each. */
async function walk(page: Page, api: Api, workshop: Workshop, service: Service, look: (page: Page) => Promise<void>): Promise<void> {
  await open(page, NODES);
  await look(page);
  const server_ca = await api.uploadAuthority("Workshop CA", workshop.ca());
  await api.upload("Bank prod", workshop.client({ name: "bank.example" }), { primary: true });
  await api.upload("Soon", workshop.client({ name: "soon.example", from: -100, to: 5 }));
  await api.createNode("Rates", { url: "https://rates.example/a-rather-long-path/of-an-address-that-has-no-end?sku={{item.sku}}" });
  const mtls = { enabled: true };
  const headers = [{ name: "X-Partner-Key", value: "sealed", secret: true }, { name: "Idempotency-Key", value: "{{flow.run_id}}" }];
  const id = await api.createNode("Payouts › Create transfer", { url: `${service.url}/transfers/{{id}}`, server_ca, mtls, headers });
  await open(page, NODES);
  await look(page);
  await row(page, "Rates").getByRole("button", { name: "Delete Rates" }).click();
  await look(page);
  await open(page, `${NODES}?q=nothing`);
  await look(page);

  const editor = await Editor.open(page, id);
  await look(page);
  await page.getByRole("button", { name: "Add header" }).click();
  await editor.url.fill("nowhere");
  await editor.saveButton.click();
  await expect(editor.url).toHaveAttribute("aria-invalid", "true");
  await look(page);
  await page.getByRole("button", { name: "Remove header 3" }).click();
  await editor.url.fill(`${service.url}/transfers/{{id}}`);
  await editor.testButton.click();
  await expect(editor.result.getByText("Nothing was sent")).toBeVisible();
  await look(page);
  await page.getByLabel("id", { exact: true }).fill("tr_8812");
  await page.getByLabel("flow.run_id", { exact: true }).fill("run-1");
  await editor.send("It works");
  await look(page);
  await editor.url.fill("https://127.0.0.1:1/");
  await editor.send("No connection");
  await look(page);
  await page.getByRole("link", { name: "Cancel" }).click();
  await expect(page.getByRole("alertdialog")).toBeVisible();
  await look(page);
  await page.getByRole("button", { name: "Discard changes" }).click();
  await open(page, `${NODES}/00000000-0000-4000-8000-000000000000`);
  await look(page);
}

const own = (workshop: Workshop) => [workshop.tlsServer(), { clients: [workshop.ca().crt] }] as [Made, { clients: string[] }];

// The last page that is looked at is one that is not there.
test.use({ expectedMessages: { patterns: [/Failed to load resource: the server responded with a status of 404/] } });

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test("axe finds nothing about API nodes", async ({ api, page, service, workshop }) => {
      await walk(page, api, workshop, await service(...own(workshop)), axeAsItIs);
    });
  });
}

test.describe("360 px", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("nothing of API nodes has to be scrolled sideways", async ({ api, page, service, workshop }) => {
    await walk(page, api, workshop, await service(...own(workshop)), fits);
  });
});
