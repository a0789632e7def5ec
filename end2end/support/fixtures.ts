import { test as base, expect, type BrowserContext, type Locator, type Page } from "@playwright/test";

import { Workshop } from "./certificates.ts";
import { Server } from "./server.ts";

export const PASSWORD = "correct horse battery staple";
export const LIST = "/company/security/certificates";

interface Fixtures {
  /** A fresh Signet, without a company. */
  server: Server;
  /** Fails the test for any error in the console of any page, whoever opened it. */
  console: void;
  /** The list of a company without certificates, signed in as its administrator. */
  list: ListPage;
  workshop: Workshop;
  /** Console messages that a test provokes on purpose, such as those of a cut connection. */
  expectedMessages: { patterns: RegExp[] };
}

export const test = base.extend<Fixtures>({
  server: async ({}, use) => {
    const server = await new Server().start();
    await use(server);
    await server.stop();
    server.remove();
  },

  baseURL: async ({ server }, use) => use(server.origin),

  workshop: async ({}, use) => {
    const workshop = new Workshop();
    await use(workshop);
    workshop.remove();
  },

  expectedMessages: async ({}, use) => use({ patterns: [] }),

  console: [
    async ({ browser, expectedMessages }, use) => {
      const messages: string[] = [];
      const listen = (context: BrowserContext) => watch(context, messages);
      browser.contexts().forEach(listen);
      browser.on("context", listen);
      await use();
      browser.off("context", listen);
      expect(messages.filter((text) => !expectedMessages.patterns.some((pattern) => pattern.test(text)))).toEqual([]);
    },
    { auto: true },
  ],

  list: async ({ page, server }, use) => {
    await setUp(page, server);
    await use(new ListPage(page));
  },
});

export { expect };

/** Collects everything that a browser's pages say is wrong. */
function watch(context: BrowserContext, messages: string[]): void {
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") messages.push(message.text());
  });
  context.on("weberror", (webError) => messages.push(String(webError.error())));
}

/** Opens a path and waits until the page reacts. */
export async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await hydrated(page);
}

/** The browser itself asks before the page is loaded anew; whoever is asked stays. */
export async function staysOnReload(page: Page): Promise<void> {
  const asking = page.waitForEvent("dialog");
  await page.evaluate(() => void setTimeout(() => location.reload()));
  const question = await asking;
  expect(question.type()).toBe("beforeunload");
  await question.dismiss();
}

/** What a page that listens for changes is told, and its console says, after its session has ended. */
export const SIGNED_OUT = /the server responded with a status of 401/;

/** Whoever follows a link has the focus at the heading once the page is drawn, and can type from then on. */
export async function arrived(page: Page): Promise<void> {
  await expect(page.locator("#title:focus, #main:focus"), "the focus came along").toBeAttached();
}

export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator("body[data-hydrated]")).toBeAttached();
}

/** Presses the key, as somebody without a mouse does, until this has the focus. */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  for (let pressed = 0; pressed < 60; pressed++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  await expect(target).toBeFocused();
}

/** Creates the company by the one-time link, and waits for the list. */
export async function setUp(page: Page, server: Server): Promise<void> {
  await open(page, server.setupLink);
  await page.getByLabel("Company").fill("Meridian Retail");
  await page.getByLabel("Your name").fill("Ana Ruiz");
  await page.getByLabel("Email").fill("ana@meridian.example");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create company and sign in" }).click();
  await page.waitForURL("**" + LIST);
  await hydrated(page);
}

export async function signIn(page: Page, password = PASSWORD): Promise<void> {
  await page.getByLabel("Email").fill("ana@meridian.example");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Takes the cookies from the browser while it shows no page: one that is open may ask for something more, and be refused. */
export async function loseCookies(page: Page): Promise<void> {
  await page.goto("about:blank");
  await page.context().clearCookies();
}

/** The list, as a person sees it. */
export class ListPage {
  readonly createButton: Locator;
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.createButton = page.getByRole("button", { name: "Create certificate" }).first();
    this.toast = page.locator(".toasts");
  }

  row(name: string): Locator {
    return this.page.getByRole("row").filter({ has: this.page.getByRole("rowheader").getByText(name, { exact: true }) });
  }

  async names(): Promise<string[]> {
    return this.page.locator(".row-title").allTextContents();
  }

  async openUpload(): Promise<UploadDialog> {
    await this.createButton.click();
    const dialog = new UploadDialog(this.page);
    // Its code is loaded first, and what is typed before that goes to the page.
    await expect(dialog.root).toBeVisible();
    return dialog;
  }

  /** Uploads one PEM file, and waits for its row. */
  async create(pem: string, name: string): Promise<void> {
    const dialog = await this.openUpload();
    await dialog.chooseOneFile(pem);
    await dialog.name.fill(name);
    await dialog.create();
    await expect(this.row(name)).toBeVisible();
  }
}

/** "Create certificate", as a person sees it. */
export class UploadDialog {
  readonly root: Locator;
  readonly name: Locator;
  readonly createButton: Locator;
  readonly summary: Locator;

  constructor(readonly page: Page) {
    this.root = page.getByRole("dialog", { name: "Create certificate" });
    this.name = this.root.getByLabel("Name", { exact: true });
    this.createButton = this.root.getByRole("button", { name: "Create certificate" });
    this.summary = this.root.locator("#upload-summary");
  }

  async chooseOneFile(path: string): Promise<void> {
    await this.root.getByLabel("Choose a file").setInputFiles(path);
  }

  /** The field that asks for a locked file's passphrase. */
  passphrase(name: string): Locator {
    return this.root.getByLabel(`Passphrase of ${name}`, { exact: true });
  }

  async choosePair(crt: string, key: string): Promise<void> {
    await this.root.getByRole("radio", { name: /CRT \+ KEY files/ }).check();
    await this.root.getByLabel("Choose the CRT file").setInputFiles(crt);
    await this.root.getByLabel("Choose the KEY file").setInputFiles(key);
  }

  async chooseAuthority(path: string): Promise<void> {
    await this.root.getByRole("radio", { name: /CA certificate/ }).check();
    await this.root.getByLabel("Choose a file").setInputFiles(path);
  }

  /** Ticks everything that is to be known, once the files are judged. */
  async tickAll(): Promise<void> {
    const boxes = this.root.getByRole("checkbox", { name: /I know/ });
    await expect(boxes.first()).toBeVisible();
    for (const box of await boxes.all()) await box.check();
  }

  async create(): Promise<void> {
    await this.createButton.click();
    await expect(this.root).toBeHidden();
  }
}
