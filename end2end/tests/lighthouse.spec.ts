import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

import { expect, LIST, test } from "../support/fixtures.ts";

// What Lighthouse says of the pages, for `make bench`, which installs it.

const PROGRAM = join(import.meta.dirname, "../lighthouse/node_modules/lighthouse/cli/index.js");
/** Points of a hundred. */
const LEAST = { performance: 98, accessibility: 100, "best-practices": 100 };

// One after the other: each needs the processor for itself.
test.describe.configure({ mode: "default" });

interface Report {
  categories: Record<keyof typeof LEAST, { score: number; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { score: number | null; title: string; displayValue?: string }>;
}

for (const [form, settings] of [["computer", ["--preset=desktop"]], ["telephone on a slow network", []]] as const) {
  test(`Lighthouse on a ${form}`, async ({ list, page, server, workshop }) => {
    test.setTimeout(600_000);
    for (const name of ["bank", "edi", "clearing"]) await list.create(workshop.client({ name: `${name}.example` }).pem, name);
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    for (const [path, headers] of [[LIST, { Cookie: cookie }], ["/sign-in", {}]] as const) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          PROGRAM, server.origin + path, "--quiet", "--output=json", `--only-categories=${Object.keys(LEAST).join(",")}`,
          ...settings, `--extra-headers=${JSON.stringify(headers)}`, "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        ],
        { env: { ...process.env, CHROME_PATH: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium" }, maxBuffer: 1 << 26 },
      );
      const { categories, audits } = JSON.parse(stdout) as Report;
      const said = Object.entries(LEAST).map(([category, least]) => {
        const { score, auditRefs } = categories[category as keyof typeof LEAST];
        const lost = auditRefs.filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 1);
        const why = lost.map(({ id }) => `${audits[id]!.title} ${audits[id]!.displayValue ?? ""}`.trim()).join("; ");
        expect.soft(score * 100, `${path}, ${category}: ${why}`).toBeGreaterThanOrEqual(least);
        return `${category} ${Math.round(score * 100)}${why ? ` (${why})` : ""}`;
      });
      console.log(`${path} on a ${form}: ${said.join(", ")}`);
    }
  });
}
