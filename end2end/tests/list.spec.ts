import { expect, hydrated, open, test } from "../support/fixtures.ts";

test("rename by the pencil", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "rename.example" }).pem, "Before");
  await list.row("Before").getByRole("button", { name: "Rename Before" }).click();
  const dialog = page.getByRole("dialog", { name: "Rename certificate" });
  const name = dialog.getByLabel("Name");
  await expect(name).toBeFocused();
  await expect(name).toHaveValue("Before");

  await name.fill(" ");
  await dialog.getByRole("button", { name: "Save name" }).click();
  await expect(name).toHaveAttribute("aria-invalid", "true");
  await expect(dialog).toBeVisible();

  await name.fill("After");
  await name.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(list.toast).toContainText("Certificate renamed.");
  await expect(list.row("After").getByRole("button", { name: "Rename After" })).toBeFocused();
  await page.reload();
  await hydrated(page);
  expect(await list.names()).toEqual(["After"]);
});

test("Esc leaves the name as it was, and goes back to the pencil", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "kept.example" }).pem, "Kept");
  const pencil = list.row("Kept").getByRole("button", { name: "Rename Kept" });
  await pencil.click();
  await page.getByLabel("Name", { exact: true }).fill("Something else");
  await page.keyboard.press("Escape");
  await expect(pencil).toBeFocused();
  expect(await list.names()).toEqual(["Kept"]);
});

test("a page of another version asks to be reloaded, and what was typed stays", async ({ expectedMessages, list, page, workshop }) => {
  expectedMessages.patterns.push(/Failed to load resource: the server responded with a status of 400/);
  await list.create(workshop.client({ name: "bank.example" }).pem, "Bank");
  await page.route("**/sfn/certificates/rename", (route) => {
    const accept = "application/vnd.signet.page;sources=0123456789abcdef";
    return route.continue({ headers: { ...route.request().headers(), accept } });
  });
  await list.row("Bank").getByRole("button", { name: "Rename Bank" }).click();
  const dialog = page.getByRole("dialog", { name: "Rename certificate" });
  await dialog.getByLabel("Name").fill("Bank prod");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toContainText("This page is older than the server. Copy what you need and reload it.");
  await expect(dialog.getByLabel("Name")).toHaveValue("Bank prod");
  await page.reload();
  await expect(list.row("Bank").locator(".row-title")).toHaveText("Bank");
});

test("the primary moves from one row to the other, at once", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "x.example", to: 200 }).pem, "X");
  await list.create(workshop.client({ name: "y.example", to: 300 }).pem, "Y");

  await list.row("X").getByRole("button", { name: /^Set as primary\s?: X$/ }).click();
  await page.getByRole("dialog", { name: "Make “X” the primary?" }).getByRole("button", { name: "Set as primary" }).click();
  await expect(list.toast).toContainText("X is now primary.");
  await expect(list.row("X").getByText("Primary", { exact: true })).toBeVisible();

  await list.row("Y").getByRole("button", { name: /^Set as primary\s?: Y$/ }).click();
  const dialog = page.getByRole("dialog", { name: "Make “Y” the primary?" });
  await expect(dialog).toContainText("“X” will no longer be primary.");
  await dialog.getByRole("button", { name: "Set as primary" }).click();
  await expect(list.toast).toContainText("Y is now primary. X no longer is.");
  await expect(list.row("Y").locator(".row-title")).toBeFocused();
  await expect(page.getByText("Primary", { exact: true })).toHaveCount(1);
  await expect(list.row("Y").getByText("Primary", { exact: true })).toBeVisible();

  await page.reload();
  await hydrated(page);
  await expect(list.row("Y").getByText("Primary", { exact: true })).toBeVisible();
  await expect(list.row("X").getByText("Primary", { exact: true })).toBeHidden();
});

test("remove primary in its own row", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "x.example" }).pem, "X");
  await list.row("X").getByRole("button", { name: /^Set as primary\s?: X$/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Set as primary" }).click();
  await list.row("X").getByRole("button", { name: /^Remove primary\s?: X$/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove primary" }).click();
  await expect(list.toast).toContainText("X is no longer primary.");
  await expect(page.getByText("Primary", { exact: true })).toHaveCount(0);
});

test("delete after the confirmation, and not after Cancel", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "a.example", to: 200 }).pem, "A");
  await list.create(workshop.client({ name: "b.example", to: 300 }).pem, "B");
  const trash = list.row("A").getByRole("button", { name: "Delete A" });
  await trash.click();
  const dialog = page.getByRole("alertdialog", { name: "Delete certificate?" });
  await expect(dialog).toContainText("“A”");
  await expect(dialog).toContainText("is not used by any API node");
  const cancel = dialog.getByRole("button", { name: "Cancel" });
  await expect(cancel).toBeFocused();
  await cancel.click();
  await expect(dialog).toBeHidden();
  await expect(trash).toBeFocused();
  expect(await list.names()).toEqual(["A", "B"]);

  await trash.click();
  await dialog.getByRole("button", { name: "Delete certificate" }).click();
  await expect(list.row("A")).toBeHidden();
  await expect(list.toast).toContainText("A deleted. You can restore it for 30 days.");
  await expect(list.row("B").getByRole("button", { name: "Delete B" })).toBeFocused();
  await page.reload();
  await hydrated(page);
  expect(await list.names()).toEqual(["B"]);
});

test("a delete can be undone, from the message or from the deleted ones", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "back.example" }).pem, "Back");
  const remove = async () => {
    await list.row("Back").getByRole("button", { name: "Delete Back" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete certificate" }).click();
    await expect(list.row("Back")).toBeHidden();
  };
  await remove();
  await list.toast.getByRole("button", { name: "Undo" }).click();
  await expect(list.row("Back")).toBeVisible();

  await remove();
  await page.getByRole("link", { name: /Deleted/ }).click();
  await list.row("Back").getByRole("button", { name: /^Restore\s?: Back$/ }).click();
  await expect(list.toast).toContainText("Back restored.");
  await page.getByRole("link", { name: /^All/ }).click();
  await expect(list.row("Back").getByRole("button", { name: "Rename Back" })).toBeVisible();
});

test("the second of two people is told what has changed, not overwritten", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "shared.example" }).pem, "Shared");
  await list.row("Shared").getByRole("button", { name: "Rename Shared" }).click();
  await page.getByLabel("Name", { exact: true }).fill("Mine");
  const other = await page.context().newPage();
  await open(other, "/");
  await other.getByRole("button", { name: "Rename Shared" }).click();
  await other.getByLabel("Name", { exact: true }).fill("Renamed by the other");
  await other.getByRole("button", { name: "Save name" }).click();
  await expect(other.getByText("Renamed by the other").first()).toBeVisible();

  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByRole("alert")).toContainText("Ana Ruiz changed this certificate on");
  await expect(page.getByRole("alert")).toContainText("It is called “Renamed by the other” now.");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue("Mine");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(list.row("Mine")).toBeVisible();
});

test.describe("when the list cannot be read again", () => {
  test.use({ expectedMessages: { patterns: [/Failed to load resource: net::ERR_FAILED/, /TypeError: Failed to fetch/] } });

  // Else the list is read again by itself when the test's own change is told, before "Try again" is pressed.
  test.beforeEach(async ({ page, list }) => {
    await expect(list.createButton).toBeVisible();
    await page.route("**/events?*", (route) => route.fulfill({ contentType: "text/event-stream", body: "retry: 600000\n\n" }));
    await page.reload();
    await hydrated(page);
  });

  test("what is drawn stays, with a way to try again", async ({ list, page, workshop }) => {
    await list.create(workshop.client({ name: "one.example" }).pem, "One");
    await page.route("**/sfn/certificates/list", (route) => route.abort());
    await list.row("One").getByRole("button", { name: "Rename One" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Uno");
    await page.getByRole("button", { name: "Save name" }).click();
    await expect(list.toast).toContainText("Certificate renamed.");
    const banner = page.getByRole("alert");
    await expect(banner).toContainText("This list may be out of date.");
    await expect(banner).not.toContainText("Nothing you entered is lost");
    await expect(list.row("One")).toBeVisible();
    await expect(list.createButton).toBeVisible();

    await page.unroute("**/sfn/certificates/list");
    await banner.getByRole("button", { name: "Try again" }).click();
    await expect(list.row("Uno")).toBeVisible();
    await expect(banner).toBeHidden();
  });

  test("another part of the list is not mistaken for it", async ({ list, page, workshop }) => {
    await list.create(workshop.client({ name: "one.example" }).pem, "One");
    await list.create(workshop.client({ name: "two.example" }).pem, "Two");
    await list.row("Two").getByRole("button", { name: "Delete Two" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete certificate" }).click();
    await expect(page.getByRole("link", { name: /Deleted/ })).toBeVisible();
    await page.route("**/sfn/certificates/list", (route) => route.abort());
    await page.getByRole("link", { name: /Deleted/ }).click();
    await expect(page.getByRole("heading", { name: "The certificates could not be loaded" })).toBeVisible();
    await page.unroute("**/sfn/certificates/list");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(list.row("Two")).toBeVisible();
  });
});

test("a choice is added to the one that is still being read", async ({ list, page, workshop }) => {
  await list.create(workshop.client({ name: "one.example" }).pem, "One");
  await list.create(workshop.client({ name: "two.example" }).pem, "Two");
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route("**/sfn/certificates/list", async (route) => {
    await held;
    await route.continue();
  });
  const byName = page.getByRole("columnheader", { name: "Name" }).getByRole("link");
  await page.getByRole("link", { name: /^Unused/ }).click();
  await expect(byName).toHaveAttribute("href", /\?filter=unused&sort=name$/);
  await byName.click();
  await expect(byName).toHaveAttribute("href", /\?filter=unused&sort=-name$/);
  await byName.click();
  await page.getByRole("searchbox").fill("example");
  release();
  await expect(page).toHaveURL(/\?q=example&filter=unused&sort=-name$/);
  await expect.poll(() => list.names()).toEqual(["Two", "One"]);
});

test("soonest expiry first", async ({ list, workshop }) => {
  await list.create(workshop.client({ name: "late.example", to: 900 }).pem, "Late");
  await list.create(workshop.client({ name: "soon.example", from: -300, to: 3 }).pem, "Soon");
  await list.create(workshop.client({ name: "middle.example", from: -300, to: 20 }).pem, "Middle");
  expect(await list.names()).toEqual(["Soon", "Middle", "Late"]);
  await expect(list.row("Soon")).toContainText("Expires in 3 days");
  await expect(list.row("Middle")).toContainText("Expires in 20 days");
  await expect(list.row("Late")).toContainText("in 2 years");
});

test("the list can be read without script", async ({ list, browser, page, workshop }) => {
  await list.create(workshop.client({ name: "plain.example" }).pem, "Plain");
  const context = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(page.url());
  await expect(plain.getByRole("rowheader", { name: "Plain" })).toBeVisible();
  await context.close();
});

test("a page that does not exist says so", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  const answer = await page.request.get("/no-such-page");
  expect(answer.status()).toBe(404);
  expect(await answer.text()).toContain("This page does not exist");
});
