import { readFileSync } from "node:fs";
import type { Browser, BrowserContext } from "@playwright/test";

import { expect, hydrated, LIST, test } from "../support/fixtures.ts";

interface Sizes {
  /** Bytes that the first visit of each page may transfer, by its path: HTML, CSS, JavaScript and WebAssembly, compressed. */
  firstVisit: Record<string, number>;
}

const SIZES = JSON.parse(readFileSync(new URL("../sizes.json", import.meta.url), "utf8")) as Sizes;
const KINDS = ["html", "css", "js", "wasm"] as const;
type Kind = (typeof KINDS)[number];

/** Bytes on the wire of each kind until the page reacts. */
async function firstVisit(browser: Browser, state: Awaited<ReturnType<BrowserContext["storageState"]>>, url: string) {
  const context = await browser.newContext({ storageState: state });
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  const kinds = new Map<string, Kind>();
  const bytes: Record<Kind, number> = { html: 0, css: 0, js: 0, wasm: 0 };
  network.on("Network.responseReceived", ({ requestId, response }) => {
    const kind = KINDS.find((kind) => response.mimeType.includes(kind === "js" ? "javascript" : kind));
    if (kind) kinds.set(requestId, kind);
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind) bytes[kind] += encodedDataLength;
  });
  await network.send("Network.enable");
  await page.goto(url);
  await hydrated(page);
  // What the page asks for by itself once it reacts belongs to the visit as well.
  await page.waitForTimeout(500);
  await context.close();
  return bytes;
}

test("no page is heavier than its size in sizes.json, and none is much lighter", async ({ browser, list, page, server, workshop }) => {
  await list.create(workshop.client({ name: "bank.example" }).pem, "Bank prod");
  const signedIn = await page.context().storageState();
  const nobody = { cookies: [], origins: [] };
  const found: Record<string, string> = {};
  for (const [path, most] of Object.entries(SIZES.firstVisit)) {
    const bytes = await firstVisit(browser, path === "/sign-in" ? nobody : signedIn, server.origin + path);
    const total = KINDS.reduce((sum, kind) => sum + bytes[kind], 0);
    const parts = KINDS.map((kind) => `${kind} ${bytes[kind]}`).join(", ");
    found[path] = `${total} (${parts})`;
    // What was gained is written down, so that it is not lost unseen.
    expect.soft(total, `${path}: ${parts}`).toBeLessThanOrEqual(most);
    expect.soft(total, `${path} has become lighter: write it into sizes.json`).toBeGreaterThan(most * 0.93);
  }
  test.info().annotations.push({ type: "sizes", description: JSON.stringify(found) });
  expect(Object.keys(SIZES.firstVisit)).toContain(LIST);
});
