import type { Page } from "@playwright/test";

import { Api, mtls } from "../support/api.ts";
import type { Workshop } from "../support/certificates.ts";
import { expect, hydrated, LIST, type ListPage, open, test } from "../support/fixtures.ts";
import type { Server } from "../support/server.ts";

const PAGES = [LIST, "/company/team", "/company/tokens", "/company/audit-log", "/api-nodes", "/api-nodes/new"];

/** A list with one of each state, of which one is used; its id. */
async function fill(list: ListPage, page: Page, server: Server, workshop: Workshop): Promise<string> {
  await expect(list.createButton).toBeVisible();
  const api = new Api(server);
  const bank = await api.upload("Bank prod", workshop.client({ name: "bank.example" }), { primary: true });
  await api.upload("Soon", workshop.client({ name: "soon.example", from: -100, to: 5 }));
  await api.uploadAuthority("Partner root", workshop.ca());
  await api.createNode("Payouts", mtls(bank));
  await page.reload();
  await hydrated(page);
  return bank;
}

test("twice as large, nothing is cut off, and every dialog can be finished", async ({ list, page, server, workshop }) => {
  const bank = await fill(list, page, server, workshop);
  // 1280 × 720, of which each pixel is four.
  await page.setViewportSize({ width: 640, height: 360 });
  for (const path of [...PAGES, `${LIST}/${bank}`]) {
    await open(page, path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), path).toBeLessThanOrEqual(0);
  }
  await open(page, LIST);
  for (const [button, dialog, done] of [
    ["Rename Bank prod", "Rename certificate", "Save name"],
    ["Delete Bank prod", "This certificate is in use", "Cancel"],
  ] as const) {
    await list.row("Bank prod").getByRole("button", { name: button }).click();
    const opened = page.getByRole(button.startsWith("Delete") ? "alertdialog" : "dialog", { name: dialog });
    await expect(opened.getByRole("button", { name: done })).toBeInViewport({ ratio: 1 });
    await expect(opened.getByRole("button", { name: "Close" })).toBeInViewport({ ratio: 1 });
    await page.keyboard.press("Escape");
    await expect(opened).toBeHidden();
  }
  const upload = await list.openUpload();
  await expect(upload.root.getByRole("button", { name: "Cancel" })).toBeInViewport({ ratio: 1 });
  await upload.chooseOneFile(workshop.client({ name: "large.example" }).pem);
  await upload.name.fill("Large");
  await upload.create();
  await expect(list.row("Large")).toBeVisible();
});

test("whoever wants no motion gets none", async ({ list, page, server, workshop }) => {
  await fill(list, page, server, workshop);
  const longest = () =>
    page.evaluate(() => {
      const seconds = (times: string) => Math.max(...times.split(",").map((time) => parseFloat(time) * (time.trim().endsWith("ms") ? 0.001 : 1)));
      return Math.max(
        ...[...document.querySelectorAll("*")].flatMap((element) =>
          [undefined, "::before", "::after"].map((part) => {
            const { animationDuration, transitionDuration } = getComputedStyle(element, part);
            return Math.max(seconds(animationDuration), seconds(transitionDuration));
          }),
        ),
      );
    });
  await list.openUpload();
  expect(await longest()).toBeGreaterThan(0.05);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await longest()).toBeLessThan(0.001);
  await open(page, "/api-nodes/new");
  expect(await longest()).toBeLessThan(0.001);
});

test("in forced colours, what colour alone would tell is told by a line", async ({ list, page, server, workshop }) => {
  await fill(list, page, server, workshop);
  await page.emulateMedia({ forcedColors: "active" });
  const line = (element: Element) => parseFloat(getComputedStyle(element).borderTopWidth);
  const hasLine = async (what: string, locator = page.locator(what)) => {
    for (const one of await locator.all()) if (await one.isVisible()) expect(await one.evaluate(line), what).toBeGreaterThan(0);
    expect(await locator.count(), what).toBeGreaterThan(0);
  };
  await hasLine(".button:not(.button-quiet)");
  await hasLine(".badge-primary");
  await hasLine(".chip[aria-current]");
  await hasLine(".sidenav a[aria-current]");
  await list.openUpload();
  await hasLine("dialog[open]");
  await page.keyboard.press("Escape");
  // The focus is an outline, which forced colours keep.
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(outline).not.toBe("none");
  await open(page, "/api-nodes/new");
  await hasLine(".switch input");
  await hasLine(".input");
});
