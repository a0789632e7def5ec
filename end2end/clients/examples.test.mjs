// The examples of the reference at /docs and of the README, run by a shell as they stand.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { told } from "./support/told.mjs";

const folder = join(told.folder, "examples");
mkdirSync(folder);
/** The files that they speak of. */
for (const [name, { files }] of [["client", told.leaves.first], ["renewed", told.leaves.second], ["my", told.leaves.third]]) {
  copyFileSync(files.crt, join(folder, `${name}.pem`));
  copyFileSync(files.crt, join(folder, `${name}.crt`));
  copyFileSync(files.key, join(folder, `${name}.key`));
}

/** The variables that they need; one is known after the upload. */
const variables = { SIGNET: new URL(told.base).origin, ACCOUNT: told.account, TOKEN: told.tokens.everything };

function run(example) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, LANG: "C.UTF-8", ...variables };
  return execFileSync("bash", ["-euo", "pipefail", "-c", example], { cwd: folder, env, encoding: "utf8" });
}

const html = await (await fetch(`${told.origin}/docs`)).text();
const entities = { lt: "<", gt: ">", quot: '"', amp: "&" };
const readable = (text) => text.replace(/&(lt|gt|quot|amp);/g, (_all, name) => entities[name]);
const sections = html.split("<section ").slice(1).map((section) => ({
  id: /^id="([^"]+)"/.exec(section)[1],
  examples: [...section.matchAll(/<pre class="example"><code>(.*?)<\/code><\/pre>/gs)].map(([, example]) => readable(example)),
}));

test("every operation has an example", () => {
  assert.ok(sections.length > 10, html);
  assert.deepEqual(sections.filter(({ examples }) => examples.length === 0).map(({ id }) => id), []);
});

test("the variables that they need are told", () => {
  const shown = readable(/<pre><code>(SIGNET=.*?)<\/code><\/pre>/s.exec(html)[1]);
  for (const name of ["SIGNET", "ACCOUNT", "TOKEN", "CERTIFICATE", "NODE"]) assert.match(shown, new RegExp(`^${name}=`, "m"));
});

// In an order in which there is always what the next one speaks of.
const first = ["uploadCertificate"];
const last = ["restoreVersion", "deleteApiNode", "deleteCertificate", "restoreCertificate"];
const place = ({ id }) => (first.includes(id) ? -1 : last.indexOf(id) + 1);
for (const { id, examples } of sections.toSorted((one, other) => place(one) - place(other))) {
  for (const example of examples) {
    test(`/docs: ${id}`, () => {
      const answer = JSON.parse(run(example));
      assert.equal(answer.success, true, JSON.stringify(answer));
      if (id === "uploadCertificate") variables.CERTIFICATE = answer.result.id;
      if (id === "createApiNode") variables.NODE = answer.result.id;
    });
  }
}

test("README: curl", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../README.md"), "utf8");
  const block = /\n( {4}export SIGNET=[^\n]*\n(?: {4}[^\n]*\n)+)/.exec(readme)[1];
  const [exported, ...lines] = block.trimEnd().split("\n").map((line) => line.slice(4));
  assert.match(exported, /^export SIGNET=\S+ TOKEN=/);
  const printed = run(lines.join("\n"));
  assert.match(printed, /"success": ?true/);
  assert.match(printed, /^[0-9a-f-]{36}\t.*third\.meridian\.example\t\d{4}-\d\d-\d\dT/m);
});
