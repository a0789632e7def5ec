import { expect, test } from "../support/fixtures.ts";

// These tests are meant to fail, and to be failed by nothing but the console.
test.fail();

test("a warning in a page of another browser fails the test", async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.evaluate(() => console.warn("Look here."));
  await context.close();
});

test("an error in a second page fails the test", async ({ page }) => {
  const second = await page.context().newPage();
  const thrown = second.waitForEvent("pageerror");
  await second.evaluate(() => void setTimeout(() => { throw new Error("Look here."); }));
  await thrown;
  await expect(second.locator("body")).toBeAttached();
});
