import type { Locator, Page } from "@playwright/test";

import { Api } from "./api.ts";
import { expect, hydrated, open, test as base } from "./fixtures.ts";
import { Server } from "./server.ts";
import { Service } from "./service.ts";

export const NODES = "/api-nodes";

interface Fixtures {
  api: Api;
  /** Starts a service, which ends with the test. */
  service: (...words: ConstructorParameters<typeof Service>) => Promise<Service>;
}

/** With a Signet whose nodes may call this machine. */
export const test = base.extend<Fixtures>({
  server: async ({}, use) => {
    const server = await new Server({ SIGNET_NODES_ALLOW_PRIVATE: "true" }).start();
    await use(server);
    await server.stop();
    server.remove();
  },

  // After the company is there.
  api: async ({ server, list }, use) => {
    await expect(list.createButton).toBeVisible();
    await use(new Api(server));
  },

  service: async ({}, use) => {
    const running: Service[] = [];
    await use(async (...words) => {
      const service = await new Service(...words).start();
      running.push(service);
      return service;
    });
    for (const service of running) await service.stop();
  },
});

/** The editor, as a person sees it. */
export class Editor {
  readonly name: Locator;
  readonly url: Locator;
  readonly body: Locator;
  readonly mtls: Locator;
  readonly certificate: Locator;
  readonly trust: Locator;
  readonly saveButton: Locator;
  readonly testButton: Locator;
  readonly result: Locator;
  readonly toast: Locator;

  constructor(readonly page: Page) {
    this.name = page.getByLabel("Name", { exact: true });
    this.url = page.getByLabel("URL", { exact: true });
    this.body = page.getByLabel("Body", { exact: true });
    this.mtls = page.getByRole("switch", { name: "mTLS certificates" });
    this.certificate = page.getByLabel("Certificate", { exact: true });
    this.trust = page.getByLabel("Trusted for the service’s own certificate");
    this.saveButton = page.getByRole("button", { name: "Save API node" });
    this.testButton = page.getByRole("button", { name: "Send test request" });
    this.result = page.getByRole("region", { name: "Result of the test" });
    this.toast = page.locator(".toasts");
  }

  static async open(page: Page, id = "new"): Promise<Editor> {
    await open(page, `${NODES}/${id}`);
    return new Editor(page);
  }

  header(place: number, part: "name" | "value"): Locator {
    return this.page.getByLabel(`Header ${place} ${part}`, { exact: true });
  }

  async addHeader(place: number, name: string, value: string, { secret = false } = {}): Promise<void> {
    await this.page.getByRole("button", { name: "Add header" }).click();
    await expect(this.header(place, "name")).toBeFocused();
    await this.header(place, "name").fill(name);
    if (secret) await this.page.getByRole("button", { name: `Keep the value of header ${name} secret` }).click();
    await this.header(place, "value").fill(value);
  }

  async save(): Promise<void> {
    await this.saveButton.click();
    await expect(this.page.getByText("All changes saved")).toBeVisible();
  }

  async send(title: string): Promise<void> {
    await this.testButton.click();
    await expect(this.result.getByRole("heading", { name: title })).toBeVisible();
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await hydrated(this.page);
  }
}

/** The row of a node in the list. */
export function row(page: Page, name: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("rowheader").getByText(name, { exact: true }) });
}

export { type Api, expect, hydrated, open };
