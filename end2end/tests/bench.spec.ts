import { readFileSync, writeFileSync } from "node:fs";

import type { Page } from "@playwright/test";

import { expect, hydrated, test } from "../support/fixtures.ts";

// How long the dialog takes from the choice of files to the findings on the screen, for `make bench`. The uploads are those of the
// native bench, which has written them.

interface Upload {
  title: string;
  hostile: boolean;
  ca: boolean;
  /** Base64. */
  certificates: string;
  private_key: string | null;
}

const uploads = process.env.SIGNET_BENCH_UPLOADS ?? "../target/bench-uploads.json";
const results = process.env.SIGNET_BENCH_RESULTS ?? "../target/bench-chromium.json";

test("the time until findings are drawn", async ({ list, page }) => {
  test.setTimeout(600_000);
  const milliseconds: Record<string, number> = {};
  for (const upload of JSON.parse(readFileSync(uploads, "utf8")) as Upload[]) {
    await page.reload();
    await hydrated(page);
    const dialog = await list.openUpload();
    await expect(dialog.root).toBeVisible();
    if (upload.ca) await dialog.root.getByRole("radio", { name: /CA certificate/ }).check();
    // The first time, the validator is loaded.
    await judge(page, upload);
    await expect(dialog.root.locator(".findings")).toBeVisible();
    const times: number[] = [];
    for (let run = 0; run < (upload.hostile ? 3 : 15); run++) times.push(await judge(page, upload));
    milliseconds[upload.title] = median(times);
    console.log(`${milliseconds[upload.title]!.toFixed(1).padStart(8)} ms  ${upload.title}`);
  }
  writeFileSync(results, JSON.stringify(milliseconds));
});

/** Chooses the files as a person does, and measures until the frame in which the findings are drawn is done. */
async function judge(page: Page, { certificates, private_key }: Upload): Promise<number> {
  return page.evaluate(
    async (files) => {
      const dialog = document.querySelector("dialog[open]")!;
      const chooser = dialog.querySelector<HTMLInputElement>("input[type=file]")!;
      const transfer = new DataTransfer();
      for (const file of files) {
        const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
        transfer.items.add(new File([bytes], "upload.pem"));
      }
      dialog.querySelector(".findings")?.setAttribute("data-before", "");
      const drawn = new Promise<void>((done) => {
        const observer = new MutationObserver(() => {
          if (!dialog.querySelector(".findings:not([data-before])")) return;
          observer.disconnect();
          // A task that follows a frame runs when that frame has been laid out and painted.
          requestAnimationFrame(() => setTimeout(done));
        });
        observer.observe(dialog, { childList: true, subtree: true });
      });
      const started = performance.now();
      chooser.files = transfer.files;
      chooser.dispatchEvent(new Event("change", { bubbles: true }));
      await drawn;
      return performance.now() - started;
    },
    [certificates, private_key].filter((file) => file !== null),
  );
}

function median(times: number[]): number {
  const sorted = times.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)]!;
}
