import type { Page } from "@playwright/test";

import { keyMaterial } from "../support/certificates.ts";
import { expect, hydrated, test } from "../support/fixtures.ts";

/** Everything that the browser keeps for this site, and what is in the page. */
async function kept(page: Page): Promise<string> {
  const state = JSON.stringify(await page.context().storageState({ indexedDB: true }));
  const rest = await page.evaluate(async () => {
    const names = (await indexedDB.databases()).map((database) => database.name);
    const cached: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) cached.push(request.url, await (await cache.match(request))!.text());
    }
    const storage = [{ ...localStorage }, { ...sessionStorage }];
    const page = [document.documentElement.outerHTML, document.cookie, location.href, window.name, JSON.stringify(history.state)];
    const workers = (await navigator.serviceWorker.getRegistrations()).map((worker) => worker.scope);
    return JSON.stringify([names, cached, storage, page, workers]);
  });
  return (state + rest).replace(/\\n|\s/g, "");
}

/** The secret part of a P-256 key in PKCS#8: what stands before it is the same in all of them, what stands after it is public. */
function secretPart(keyText: string): string {
  return keyMaterial(keyText).slice(48, 88);
}

/** Any 24 characters in a row of the key's Base64. */
function hasPiece(text: string, keyText: string): boolean {
  const material = secretPart(keyText);
  for (let place = 0; place + 24 <= material.length; place++) {
    if (text.includes(material.slice(place, place + 24))) return true;
  }
  return false;
}

test("no piece of a private key is kept in the browser", async ({ list, page, workshop }) => {
  const made = workshop.client({ name: "canary.example" });
  const sentBack: string[] = [];
  page.on("response", async (response) => sentBack.push(await response.text().catch(() => "")));
  const dialog = await list.openUpload();
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.root.getByText("The private key belongs to this certificate")).toBeVisible();
  expect(hasPiece(await kept(page), made.keyText), "before it is sent").toBe(false);
  await dialog.create();
  await expect(list.row("canary.example")).toBeVisible();
  expect(hasPiece(await kept(page), made.keyText), "after it is sent").toBe(false);
  await page.reload();
  await hydrated(page);
  expect(hasPiece(await kept(page), made.keyText), "after a reload").toBe(false);
  expect(hasPiece(sentBack.join(""), made.keyText), "in what the server sends").toBe(false);
  // The search finds what it looks for.
  await page.evaluate((piece) => localStorage.setItem("canary", piece), secretPart(made.keyText).slice(9, 33));
  expect(hasPiece(await kept(page), made.keyText)).toBe(true);
});
