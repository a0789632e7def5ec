import { defineConfig } from "@playwright/test";

// `tools/test` says which program is tested (SIGNET_BINARY) and where Chromium is (CHROMIUM_PATH).
export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  workers: 2,
  // Only to end what hangs: how fast a page is, the benchmarks tell.
  timeout: 300_000,
  expect: { timeout: 15_000 },
  use: {
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "UTC",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
      ],
    },
  },
  projects: [
    // What is shipped.
    { name: "release", testIgnore: ["bench.spec.ts", "lighthouse.spec.ts", "screenshots.spec.ts"] },
    // A debug build tells when server and browser disagree about a page; a release build keeps silent.
    { name: "hydration", testMatch: "hydration.spec.ts", expect: { timeout: 30_000 } },
    // Pictures of the real pages, for `make screenshots`.
    { name: "screenshots", testMatch: "screenshots.spec.ts" },
    // How long the page takes to judge files, for `make bench`.
    { name: "bench", testMatch: "bench.spec.ts" },
    // What Lighthouse says of the pages, for `make bench`.
    { name: "lighthouse", testMatch: "lighthouse.spec.ts" },
  ],
});
