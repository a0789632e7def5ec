import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { keyMaterial } from "../support/certificates.ts";
import { expect, test } from "../support/fixtures.ts";
import { binary } from "../support/server.ts";

/** What `signet check` says of these files as of this moment. */
function reportOf(files: string[], at: string, ca: boolean): string {
  const words = ["check", "--json", "--at", at, ...(ca ? ["--ca"] : []), ...files];
  try {
    return execFileSync(binary, words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (failed) {
    // Exit code 1: the report has errors.
    return (failed as { stdout: string }).stdout;
  }
}

test("the browser's report is the command line's, byte for byte", async ({ context, list, page, workshop }) => {
  // Seventeen uploads one after the other.
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const good = workshop.client({ name: "good.example" });
  const rsa = workshop.client({ name: "rsa.example", key: "rsa" });
  const expired = workshop.client({ name: "expired.example", from: -90, to: -20 });
  const odd = workshop.client({ name: "odd.example", key: "p521" });
  const selfSigned = workshop.selfSigned("self.example");
  const authority = workshop.authority("Company CA");
  const file = (name: string, content: string | Buffer) => workshop.file(name, content);
  const ca = readFileSync(workshop.ca().crt, "utf8");

  const samples: { one?: string; pair?: [string, string]; ca?: string }[] = [
    { one: good.pem },
    { one: selfSigned.pem },
    { one: odd.pem },
    { one: file("chain.pem", good.crtText + ca + good.keyText) },
    { one: file("backwards.pem", good.keyText + ca + good.crtText) },
    { one: file("broken.pem", rsa.crtText + rsa.keyText + authority.crtText) },
    { one: file("cut.pem", good.crtText.slice(0, -40)) },
    { one: file("windows.pem", `\uFEFFBag Attributes\n${good.crtText}${good.keyText}`.replace(/\n/g, "\r\n")) },
    { one: file("json.pem", (good.crtText + good.keyText).replace(/\n/g, "\\n")) },
    { one: file("page.pem", "<!doctype html><title>Sign in</title>") },
    { one: file("random.bin", Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 73) % 256))) },
    { pair: [rsa.crt, rsa.key] },
    { pair: [rsa.crt, good.key] },
    { pair: [good.der, good.key] },
    { pair: [expired.crt, expired.key] },
    { ca: authority.crt },
    { ca: good.crt },
  ];
  for (const sample of samples) {
    const dialog = await list.openUpload();
    if (sample.pair) await dialog.choosePair(...sample.pair);
    else if (sample.ca) await dialog.chooseAuthority(sample.ca);
    else if (sample.one) await dialog.chooseOneFile(sample.one);
    await dialog.root.getByRole("button", { name: "Copy report" }).click();
    await expect(dialog.root.getByText("Copied.")).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    const { judged_at: at } = JSON.parse(copied) as { judged_at: string };
    const files = sample.pair ?? [sample.one ?? sample.ca ?? ""];
    expect(`${copied}\n`, files.join(" ")).toBe(reportOf(files, at, sample.ca !== undefined));
    expect(copied).not.toContain(keyMaterial(good.keyText).slice(40, 64));
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(dialog.root).toBeHidden();
  }
});
