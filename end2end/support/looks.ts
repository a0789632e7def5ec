import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Axe finds nothing, light and dark. */
export async function axe(page: Page): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await axeAsItIs(page);
  }
}

/** Axe finds nothing in the colours that the page has. */
export async function axeAsItIs(page: Page): Promise<void> {
  // Entering dialogs fade in; colours are judged at rest.
  await page.emulateMedia({ reducedMotion: "reduce" });
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" | ")}`)).toEqual([]);
}

/** On a phone nothing has to be scrolled sideways, neither in the page nor in a dialog. */
export async function fitsOnAPhone(page: Page): Promise<void> {
  const before = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const boxes = page.locator("html, dialog[open] .dialog-body, [popover]:popover-open");
  for (const box of await boxes.all()) {
    expect(await box.evaluate((element) => element.scrollWidth - element.clientWidth)).toBeLessThanOrEqual(0);
  }
  if (before) await page.setViewportSize(before);
}
