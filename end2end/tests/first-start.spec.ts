import { LIST, PASSWORD, SIGNED_OUT, expect, hydrated, loseCookies, open, setUp, signIn, test } from "../support/fixtures.ts";

test("the one-time link creates company and administrator, once", async ({ page, server }) => {
  await setUp(page, server);
  await expect(page.getByRole("heading", { name: "No certificates yet" })).toBeVisible();
  await expect(page.getByText("Meridian Retail")).toBeVisible();

  await open(page, server.setupLink);
  await expect(page.getByRole("alert")).toContainText("not valid any more");
  await expect(page.getByLabel("Company")).toBeHidden();
});

test("whoever comes before the set-up is told of the one-time link", async ({ page, server }) => {
  await open(page, "/");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.getByRole("heading", { name: "Signet is not set up yet" })).toBeVisible();
  await expect(page.getByText("one-time set-up link")).toBeVisible();
  await expect(page.locator("code")).toHaveText("signet setup-link");
  await expect(page.getByLabel("Email")).toBeHidden();

  await setUp(page, server);
  await loseCookies(page);
  await open(page, "/");
  await expect(page.getByRole("heading", { name: "Sign in to Signet" })).toBeVisible();
  await expect(page.getByText("set-up link")).toBeHidden();
  await signIn(page);
  await page.waitForURL("**" + LIST);
});

test("what is typed before the page reacts is kept", async ({ page, server }) => {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  await page.goto(server.setupLink);
  await page.getByLabel("Company").fill("Meridian Retail");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  release();
  await hydrated(page);
  await expect(page.getByLabel("Company")).toHaveValue("Meridian Retail");
  await page.getByLabel("Your name").fill("Ana Ruiz");
  await page.getByLabel("Email").fill("ana@meridian.example");
  await page.getByRole("button", { name: "Create company and sign in" }).click();
  await page.waitForURL("**" + LIST);
  await expect(page.getByText("Meridian Retail")).toBeVisible();
});

test.describe("without script", () => {
  test.use({ expectedMessages: { patterns: [/was preloaded using link preload but not used/] } });

  test("sign-in and set-up say what is missing", async ({ browser, page, server }) => {
    const context = await browser.newContext({ javaScriptEnabled: false, baseURL: server.origin });
    const plain = await context.newPage();
    const missing = plain.locator("noscript");
    await plain.goto(server.setupLink);
    await expect(missing).toBeVisible();
    expect(await missing.textContent()).toContain("This page needs JavaScript and WebAssembly.");
    await setUp(page, server);
    await plain.goto("/sign-in");
    await expect(missing).toBeVisible();
    await expect(plain.getByRole("button", { name: "Sign in" })).toBeDisabled();
    await context.close();

    await loseCookies(page);
    await open(page, "/sign-in");
    await expect(page.locator("noscript")).toBeHidden();
  });
});

test("a made-up link shows no form", async ({ page }) => {
  await open(page, "/setup?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  await expect(page.getByRole("alert")).toContainText("signet setup-link");
  await expect(page.getByLabel("Password", { exact: true })).toBeHidden();
});

test("a short password is refused at its field, and nothing else is lost", async ({ page, server }) => {
  await open(page, server.setupLink);
  await page.getByLabel("Company").fill("Meridian Retail");
  await page.getByLabel("Your name").fill("Ana Ruiz");
  await page.getByLabel("Email").fill("ana@meridian.example");
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("too short");
  await page.getByRole("button", { name: "Create company and sign in" }).click();
  await expect(password).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("#password-error")).toContainText("12 characters");
  await expect(page.getByLabel("Company")).toHaveValue("Meridian Retail");

  await password.fill(PASSWORD);
  await page.getByRole("button", { name: "Create company and sign in" }).click();
  await page.waitForURL("**" + LIST);
});

test("`signet setup-link` takes the place of the first link", async ({ page, server }) => {
  const first = server.setupLink;
  const { status, stdout } = server.run("setup-link");
  expect(status).toBe(0);
  server.setupLink = server.origin + new URL(stdout.trim()).pathname + new URL(stdout.trim()).search;
  await open(page, first);
  await expect(page.getByRole("alert")).toContainText("not valid any more");
  await setUp(page, server);
  expect(server.run("setup-link").status).toBe(1);
});

test("nobody sees a certificate unsigned-in", async ({ list, page, workshop, server }) => {
  await list.create(workshop.client({ name: "hidden.example" }).pem, "Hidden one");
  await loseCookies(page);
  const answer = await page.request.get(LIST);
  expect(answer.url()).toContain("/sign-in?next=");
  expect(await answer.text()).not.toContain("Hidden one");
  const asked = await page.request.post("/sfn/certificates/list", { data: { query: { page: 1, deleted: false } } });
  expect(await asked.text()).not.toContain("Hidden one");
  await expect(async () => expect(server.log).not.toContain("Hidden one")).toPass();
});

test("sign out, a wrong password, and back to where one wanted to go", async ({ expectedMessages, list, page }) => {
  expectedMessages.patterns.push(SIGNED_OUT);
  await expect(list.createButton).toBeVisible();
  await page.getByRole("button", { name: "Ana Ruiz, your account" }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await page.waitForURL("**/sign-in");

  await open(page, LIST + "?filter=deleted");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signIn(page, "not the password at all");
  await expect(page.getByRole("alert")).toHaveText("The email or the password is not correct.");
  await expect(page.getByLabel("Email")).toHaveValue("ana@meridian.example");
  await signIn(page);
  await page.waitForURL("**" + LIST + "?filter=deleted");
  await hydrated(page);
});

test("the password can be looked at", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  await loseCookies(page);
  await open(page, "/sign-in");
  const password = page.getByLabel("Password", { exact: true });
  await password.fill("something");
  await page.getByRole("button", { name: "Show password" }).click();
  await expect(password).toHaveAttribute("type", "text");
});
