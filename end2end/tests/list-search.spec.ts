import { readFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import type { Wanted, Workshop } from "../support/certificates.ts";
import { LIST, expect, hydrated, test } from "../support/fixtures.ts";
import type { Server } from "../support/server.ts";

/** Uploads certificates as a program does, and shows the list. */
async function fill(page: Page, server: Server, workshop: Workshop, all: [name: string, wanted: Wanted][]): Promise<void> {
  const account = server.run("account", "list").stdout.split("\t")[0]!;
  const token = server.run("token", "create", "--account", account, "--name", "fill", "--scope", "certificates:write").stdout.trim();
  for (const [name, wanted] of all) {
    const made = workshop.client(wanted);
    const answer = await fetch(`${server.origin}/client/v4/accounts/${account}/mtls_certificates`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ ca: false, name, certificates: readFileSync(made.crt, "utf8"), private_key: readFileSync(made.key, "utf8") }),
    });
    expect(answer.status, await answer.text()).toBe(200);
  }
  await page.goto(LIST);
  await hydrated(page);
}

const some: [string, Wanted][] = [
  ["Bank prod", { name: "payments.example", to: 300 }],
  ["bank test", { name: "sandbox.example", from: -300, to: 20 }],
  ["Courier", { name: "labels.example", from: -300, to: 3 }],
  ["Łódź tax", { name: "filing.example", to: 900 }],
];

test("what is typed is searched for, and the field keeps text and focus", async ({ list, page, server, workshop }) => {
  await expect(list.createButton).toBeVisible();
  await fill(page, server, workshop, some);
  const search = page.getByRole("searchbox", { name: "Search certificates" });
  await search.click();
  await page.keyboard.type("BANK");
  await expect.poll(() => list.names()).toEqual(["bank test", "Bank prod"]);
  await expect(page).toHaveURL(`${LIST}?q=BANK`);
  await expect(search).toBeFocused();
  await expect(search).toHaveValue("BANK");
  await page.keyboard.type(" prod");
  await expect.poll(() => list.names()).toEqual(["Bank prod"]);
  await expect(search).toHaveValue("BANK prod");

  for (const [term, names] of [["labels.ex", ["Courier"]], ["ŁÓDŹ", ["Łódź tax"]], ["co", ["Courier"]], ["  ", ["Courier", "bank test", "Bank prod", "Łódź tax"]]] as const) {
    await search.fill(term);
    await expect.poll(() => list.names(), term).toEqual(names);
  }
  await search.fill("netsuite");
  await expect(page.getByRole("heading", { name: "No certificates match" })).toBeVisible();
  await expect(page.getByText("None of your 4 certificates contains “netsuite” in its name, subject, issuer, serial number or fingerprint.")).toBeVisible();
  await page.getByRole("link", { name: "Clear filters" }).click();
  await expect.poll(() => list.names()).toHaveLength(4);
  await expect(search).toHaveValue("");
});

test("filters say how many, and live in the address", async ({ list, page, server, workshop }) => {
  await expect(list.createButton).toBeVisible();
  await fill(page, server, workshop, some);
  const filters = page.getByRole("list", { name: "Filter" });
  await expect(filters.getByRole("link")).toHaveText(["All 4", "Expired 0", "Expiring 2", "Unused 4", "Primary 0", "CA 0"]);
  await filters.getByRole("link", { name: "Expiring 2" }).click();
  await expect.poll(() => list.names()).toEqual(["Courier", "bank test"]);
  await expect(page).toHaveURL(`${LIST}?filter=expiring`);
  await expect(filters.getByRole("link", { name: "Expiring 2" })).toHaveAttribute("aria-current", "true");

  await page.getByRole("searchbox").fill("bank");
  await expect.poll(() => list.names()).toEqual(["bank test"]);
  await expect(page).toHaveURL(`${LIST}?q=bank&filter=expiring`);
  await page.reload();
  await hydrated(page);
  expect(await list.names()).toEqual(["bank test"]);
  await expect(page.getByRole("searchbox")).toHaveValue("bank");
  await filters.getByRole("link", { name: "Primary 0" }).click();
  await expect(page.getByText("None of your 4 certificates is the primary and contains “bank”")).toBeVisible();
  await page.goBack();
  await expect.poll(() => list.names()).toEqual(["bank test"]);
});

test("columns are sorted one way and the other", async ({ list, page, server, workshop }) => {
  await expect(list.createButton).toBeVisible();
  await fill(page, server, workshop, some);
  const head = (name: string) => page.getByRole("columnheader", { name });
  await expect(head("Expires")).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("link", { name: "Expires" }).click();
  await expect.poll(() => list.names()).toEqual(["Łódź tax", "Bank prod", "bank test", "Courier"]);
  await expect(head("Expires")).toHaveAttribute("aria-sort", "descending");
  await page.getByRole("link", { name: "Name" }).click();
  await expect.poll(() => list.names()).toEqual(["Bank prod", "bank test", "Courier", "Łódź tax"]);
  await expect(head("Name")).toHaveAttribute("aria-sort", "ascending");
  await expect(head("Expires")).not.toHaveAttribute("aria-sort");
  await page.getByRole("link", { name: "Issued to" }).click();
  await expect.poll(() => list.names()).toEqual(["Łódź tax", "Courier", "Bank prod", "bank test"]);
  await expect(page).toHaveURL(`${LIST}?sort=subject`);
});

test("search and filter work without script", async ({ list, browser, page, server, workshop }) => {
  await expect(list.createButton).toBeVisible();
  await fill(page, server, workshop, some);
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(`${server.origin}${LIST}?filter=expiring`);
  await plain.getByRole("searchbox").fill("bank");
  await plain.getByRole("searchbox").press("Enter");
  await expect(plain).toHaveURL(`${server.origin}${LIST}?q=bank&filter=expiring`);
  await expect(plain.getByRole("rowheader")).toHaveText(["bank test"]);
  await context.close();
});

test.describe("360 px", () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test("the order is chosen from a list, and nothing has to be scrolled sideways", async ({ list, page, server, workshop }) => {
    await expect(list.createButton).toBeVisible();
    await fill(page, server, workshop, some);
    await page.getByLabel("Sort by").selectOption("Name");
    await expect.poll(() => list.names()).toEqual(["Bank prod", "bank test", "Courier", "Łódź tax"]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });
});

test("pages", async ({ list, page, server, workshop }) => {
  await expect(list.createButton).toBeVisible();
  const many = Array.from({ length: 51 }, (_, index): [string, Wanted] => [
    `Number ${String(index).padStart(2, "0")}`, { name: `n${index}.example`, to: 300 + index },
  ]);
  await fill(page, server, workshop, many);
  await expect(page.getByText("1–50 of 51")).toBeVisible();
  await page.getByRole("link", { name: "Next" }).click();
  await expect.poll(() => list.names()).toEqual(["Number 50"]);
  await expect(page.getByText("51–51 of 51")).toBeVisible();
  await expect(page).toHaveURL(`${LIST}?page=2`);
  await page.getByRole("searchbox").fill("number 4");
  await expect.poll(() => list.names()).toHaveLength(10);
  await expect(page).toHaveURL(`${LIST}?q=number%204`);
});
