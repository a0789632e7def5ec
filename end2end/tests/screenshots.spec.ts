import { type Page, expect } from "@playwright/test";

import { Api } from "../support/api.ts";
import { LIST, ListPage, hydrated, open, test } from "../support/fixtures.ts";
import { Editor } from "../support/node-pages.ts";
import { Server } from "../support/server.ts";
import { Service } from "../support/service.ts";

// Pictures of the real pages, to be laid beside the prototype's: `make screenshots`.

const folder = `${import.meta.dirname}/../screenshots`;

test.use({ viewport: { width: 1280, height: 800 } });

async function picture(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

async function signedIn(page: Page, server: Server, path = LIST): Promise<ListPage> {
  const [email, password] = server.signIn!;
  await open(page, server.origin + path);
  await page.getByLabel("Email").fill(email!);
  await page.getByLabel("Password", { exact: true }).fill(password!);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**" + path);
  await hydrated(page);
  return new ListPage(page);
}

test("pictures", async ({ browser, workshop }) => {
  test.setTimeout(180_000);
  const server = new Server({ SIGNET_NODES_ALLOW_PRIVATE: "true" });
  const service = await new Service(workshop.tlsServer(), { clients: [workshop.ca().crt] }).start();
  const { stdout, stderr, status } = server.run("demo");
  expect(status, stderr).toBe(0);
  server.signIn = stdout.trim().split(/\s+/);
  await server.start();

  const api = new Api(server);
  await api.uploadAuthority("Workshop CA", workshop.ca());
  await api.upload("Workshop client", workshop.client({ name: "client.workshop.example", to: 900 }));

  const fresh = await new Server().start();
  const made = workshop.client({ name: "logistics.meridian.example" });
  const other = workshop.client({ name: "other.meridian.example" });
  const renewed = workshop.client({ name: "payments.meridian.example" });
  const locked = workshop.pkcs12(made, "secret");

  for (const colorScheme of ["light", "dark"] as const) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    await open(page, fresh.setupLink);
    await picture(page, `setup-${colorScheme}`);
    await open(page, server.origin + "/sign-in");
    await picture(page, `sign-in-${colorScheme}`);

    const list = await signedIn(page, server);
    await picture(page, `certificates-${colorScheme}`);
    const dialog = await list.openUpload();
    await picture(page, `upload-choose-${colorScheme}`);
    await dialog.chooseOneFile(made.pem);
    await expect(dialog.name).toBeVisible();
    await picture(page, `upload-ready-${colorScheme}`);
    await page.reload();
    await hydrated(page);
    await list.openUpload();
    await dialog.choosePair(made.crt, other.key);
    await expect(dialog.summary).toBeVisible();
    await picture(page, `upload-errors-${colorScheme}`);
    await page.reload();
    await hydrated(page);
    await list.openUpload();
    await dialog.chooseOneFile(locked);
    await dialog.root.getByLabel(/^Passphrase of/).press("Enter");
    await expect(dialog.root.getByText("The passphrase does not open the file.")).toBeVisible();
    await picture(page, `upload-passphrase-${colorScheme}`);
    await page.reload();
    await hydrated(page);
    await page.getByRole("button", { name: /^Rename Bank prod/ }).click();
    await picture(page, `rename-${colorScheme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Set as primary\s?: Supplier EDI$/ }).click();
    await picture(page, `primary-${colorScheme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Delete Insurance partner/ }).click();
    await picture(page, `delete-unused-${colorScheme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^Delete Clearing gateway/ }).click();
    await picture(page, `delete-in-use-${colorScheme}`);
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox").fill("nothing like it");
    await expect(page.getByRole("heading", { name: /match/ })).toBeVisible();
    await picture(page, `certificates-no-results-${colorScheme}`);
    for (const [path, name] of [["/company/team", "team"], ["/company/tokens", "tokens"], ["/company/audit-log", "audit-log"]]) {
      await open(page, server.origin + path!);
      await picture(page, `${name}-${colorScheme}`);
    }
    await open(page, server.origin + LIST);
    await page.getByRole("link", { name: "Bank prod", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Bank prod" })).toBeVisible();
    await picture(page, `certificate-detail-${colorScheme}`);
    await page.getByRole("button", { name: "Replace", exact: true }).click();
    await page.getByLabel("Choose a file").setInputFiles(made.pem);
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("dialog", { name: "Replace “Bank prod”?" })).toBeVisible();
    await picture(page, `replace-${colorScheme}`);
    await open(page, server.origin + LIST);
    await list.openUpload();
    await dialog.chooseOneFile(renewed.pem);
    await dialog.createButton.click();
    await expect(page.getByRole("dialog", { name: "This looks like a renewal of “Bank prod”" })).toBeVisible();
    await picture(page, `upload-duplicate-${colorScheme}`);
    await open(page, server.origin + "/api-nodes");
    await picture(page, `api-nodes-${colorScheme}`);
    await page.getByRole("link", { name: "Payouts › Create transfer", exact: true }).click();
    const send = page.getByRole("button", { name: "Send test request" });
    await expect(send).toBeVisible();
    await picture(page, `api-node-edit-${colorScheme}`);
    await page.getByLabel("URL", { exact: true }).fill(service.url);
    await page.getByLabel("order.amount").fill("12.5");
    await page.getByLabel("payee.iban").fill("ES91 2100 0418 4502 0005 1332");
    await page.getByLabel("flow.run_id").fill("run-1");
    await send.click();
    await expect(page.getByRole("heading", { name: "The certificate of the service cannot be trusted" })).toBeVisible();
    await picture(page, `api-node-test-failed-${colorScheme}`);
    const editor = new Editor(page);
    for (const [choice, name] of [[editor.trust, "Workshop CA"], [editor.certificate, "Workshop client"]] as const) {
      await choice.selectOption({ label: (await choice.locator("option").allTextContents()).find((label) => label.startsWith(name))! });
    }
    await send.click();
    await expect(page.getByRole("heading", { name: "It works" })).toBeVisible();
    await picture(page, `api-node-test-ok-${colorScheme}`);
    await context.close();
  }

  const phone = await browser.newContext({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  const page = await phone.newPage();
  const list = await signedIn(page, server);
  await picture(page, "certificates-phone");
  await page.getByRole("link", { name: "Bank prod", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Bank prod" })).toBeVisible();
  await picture(page, "certificate-detail-phone");
  await page.goBack();
  const dialog = await list.openUpload();
  await picture(page, "upload-choose-phone");
  await dialog.chooseOneFile(made.pem);
  await expect(dialog.name).toBeVisible();
  await picture(page, "upload-ready-phone");
  await page.reload();
  await hydrated(page);
  await list.openUpload();
  await dialog.chooseOneFile(locked);
  await expect(dialog.root.getByLabel(/^Passphrase of/)).toBeFocused();
  await picture(page, "upload-passphrase-phone");
  await open(page, server.origin + "/api-nodes");
  await picture(page, "api-nodes-phone");
  await page.getByRole("link", { name: "Payouts › Create transfer", exact: true }).click();
  await expect(page.getByRole("button", { name: "Send test request" })).toBeVisible();
  await picture(page, "api-node-edit-phone");
  await phone.close();

  const empty = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const first = await empty.newPage();
  await open(first, fresh.setupLink);
  await first.getByLabel("Company").fill("Meridian Retail");
  await first.getByLabel("Your name").fill("Ana Ruiz");
  await first.getByLabel("Email").fill("ana@meridian.example");
  await first.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await first.getByRole("button", { name: "Create company and sign in" }).click();
  await first.waitForURL("**" + LIST);
  await hydrated(first);
  await picture(first, "certificates-empty-light");
  await empty.close();

  await service.stop();
  for (const one of [server, fresh]) {
    await one.stop();
    one.remove();
  }
});
