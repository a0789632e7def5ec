// Cloudflare's command line tool.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, test } from "node:test";

import { addUser, clear, requestsOf, told, unknown } from "./support/told.mjs";

const { leaves, authorities, tokens, account } = told;
const program = join(import.meta.dirname, "node_modules/wrangler/bin/wrangler.js");

/**
 * As it loads, Wrangler asks where the program is that runs Workers, of whatever platform. The commands that are tried here never run it,
 * so there are empty files.
 */
const substitutes = join(told.folder, "substitutes");
for (const platform of ["linux-64", "linux-arm64", "darwin-64", "darwin-arm64"]) {
  const folder = join(substitutes, "@cloudflare", `workerd-${platform}`, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "workerd"), "");
}

const settings = {
  // It writes its error messages by esbuild, of which this one runs on every platform.
  ESBUILD_BINARY_PATH: join(import.meta.dirname, "node_modules/esbuild-wasm/bin/esbuild"),
  NODE_PATH: substitutes,
  PATH: process.env.PATH, HOME: process.env.HOME, LANG: process.env.LANG, TZ: process.env.TZ, NO_COLOR: "1",
  WRANGLER_SEND_METRICS: "false", WRANGLER_SEND_ERROR_REPORTS: "false", WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_API_BASE_URL: told.base, CLOUDFLARE_API_TOKEN: tokens.everything, CLOUDFLARE_ACCOUNT_ID: account,
};
const withoutAccount = { CLOUDFLARE_ACCOUNT_ID: undefined };

/** Runs it in a folder of its own, where it remembers nothing: the output of one that ended well. */
async function wrangler(words, changes = {}) {
  const { code, output } = await run(words, changes);
  assert.equal(code, 0, output);
  return output;
}

/** The output of one that must not have ended well. */
async function refusal(words, changes = {}) {
  const { code, output } = await run(words, changes);
  assert.equal(code, 1, output);
  return output;
}

async function run(words, changes) {
  const folder = mkdtempSync(join(told.folder, "wrangler-"));
  const environment = { ...settings, WRANGLER_LOG_PATH: join(folder, "log"), ...changes };
  const started = spawn(process.execPath, [program, ...words], { cwd: folder, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [started.stdout, started.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((ended) => started.on("close", ended));
  return { code, output };
}

const upload = ({ files }, name) => ["mtls-certificate", "upload", "--cert", files.crt, "--key", files.key, "--name", name];
const authority = ({ files }, name) => ["cert", "upload", "certificate-authority", "--ca-cert", files.crt, "--name", name];

/** What it prints of a certificate that it has uploaded. */
function uploaded(output, { seen }) {
  assert.match(output, /Success! Uploaded/);
  assert.equal(/^Issuer: (.*)$/m.exec(output)[1], seen.issuer);
  assert.equal(/^Expires on (.*)$/m.exec(output)[1], inWords(seen.expires_on));
  return /^ID: ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/m.exec(output)[1];
}

/** What it prints of a certificate in a list. */
const line = (id, name, { seen }, more = "") => `ID: ${id}\nName: ${name}\nIssuer: ${seen.issuer}\n`
  + `Created on: ${inWords(Date.now())}\nExpires on: ${inWords(seen.expires_on)}\n${more}`;

const inWords = (moment) => new Date(moment).toLocaleDateString();

const paths = (requests) => requests.map(({ method, path }) => `${method} ${path.replace("/client/v4", "").replace(account, "ACCOUNT")}`);

afterEach(clear);

describe("uploads, lists and deletes", () => {
  test("client certificates and a CA", async () => {
    const first = uploaded(await wrangler(upload(leaves.rsa, "wr first")), leaves.rsa);
    const chain = ["cert", "upload", "mtls-certificate", "--cert", leaves.pss.files.both, "--key", leaves.pss.files.key];
    const second = uploaded(await wrangler([...chain, "--name", "wr second"]), leaves.pss);
    const ca = uploaded(await wrangler(authority(authorities.p256, "wr CA")), authorities.p256);

    const clients = await wrangler(["mtls-certificate", "list"]);
    assert.ok(clients.includes(line(first, "wr first", leaves.rsa)), clients);
    assert.ok(clients.includes(line(second, "wr second", leaves.pss)), clients);
    assert.ok(!clients.includes(ca), clients);
    const everything = await wrangler(["cert", "list"]);
    assert.ok(everything.includes(line(second, "wr second", leaves.pss)), everything);
    assert.ok(everything.includes(line(ca, "wr CA", authorities.p256, "CA: true\n")), everything);

    const byId = await wrangler(["mtls-certificate", "delete", "--id", first]);
    assert.ok(byId.includes(`Deleted certificate ${first} (wr first) successfully`), byId);
    const byName = await wrangler(["mtls-certificate", "delete", "--name", "wr second"]);
    assert.ok(byName.includes(`Deleted certificate ${second} (wr second) successfully`), byName);
    const authorityByName = await wrangler(["cert", "delete", "--name", "wr CA"]);
    assert.ok(authorityByName.includes(`Deleted certificate ${ca} (wr CA) successfully`), authorityByName);
    assert.ok(!(await wrangler(["cert", "list"])).includes("ID:"));
  });

  test("without a name", async () => {
    const { files } = leaves.ed25519;
    const id = uploaded(await wrangler(["mtls-certificate", "upload", "--cert", files.crt, "--key", files.key]), leaves.ed25519);
    const deleted = await wrangler(["cert", "delete", "--id", id]);
    assert.match(deleted, new RegExp(`Deleted certificate ${id} .*successfully`));
  });
});

describe("without CLOUDFLARE_ACCOUNT_ID", () => {
  test("the company is found", async () => {
    let id;
    const requests = await requestsOf(async () => {
      id = uploaded(await wrangler(upload(leaves.first, "wr alone"), withoutAccount), leaves.first);
    });
    assert.deepEqual(paths(requests), ["GET /memberships?page=1", "POST /accounts/ACCOUNT/mtls_certificates"]);
    assert.ok((await wrangler(["mtls-certificate", "list"], withoutAccount)).includes(id));
    assert.match(await wrangler(["cert", "delete", "--id", id], withoutAccount), /successfully/);
  });

  test("a token that is none is told apart", async () => {
    const output = await refusal(["cert", "list"], { ...withoutAccount, CLOUDFLARE_API_TOKEN: tokens.revoked });
    assert.match(output, /Failed to automatically retrieve account IDs/);
    assert.match(output, /You may have incorrect permissions on your API token/);
  });
});

test("whoami", async () => {
  const output = await wrangler(["whoami"], withoutAccount);
  assert.match(output, /You are logged in with an .*API Token/);
  assert.doesNotMatch(output, /Unable to retrieve/);
  assert.ok(output.includes("Meridian Retail") && output.includes(account), output);
});

describe("refusals", () => {
  test("the same certificate again", async () => {
    await wrangler(upload(leaves.second, "wr once"));
    let output;
    const requests = await requestsOf(async () => {
      output = await refusal(upload(leaves.second, "wr twice"));
    });
    assert.equal(requests.length, 1);
    assert.match(output, /already exists.* \[code: 1471\]/);
  });

  test("an unknown id", async () => {
    assert.match(await refusal(["cert", "delete", "--id", unknown]), /Certificate not found \[code: 1472\]/);
    assert.match(await refusal(["cert", "delete", "--name", "wr nobody"]), /certificate not found with name "wr nobody"/);
  });

  test("a second delete", async () => {
    const id = uploaded(await wrangler(upload(leaves.third, "wr gone")), leaves.third);
    await wrangler(["cert", "delete", "--id", id]);
    assert.match(await refusal(["cert", "delete", "--id", id]), /Certificate not found \[code: 1472\]/);
  });

  test("a certificate in use", async () => {
    const id = uploaded(await wrangler(upload(leaves.used, "wr used")), leaves.used);
    addUser(id, "wr payments", "active");
    addUser(id, "wr returns", "active");
    addUser(id, "wr stock", "inactive");
    const output = await refusal(["mtls-certificate", "delete", "--id", id]);
    assert.match(output, /Certificate cannot be deleted while in use\. \[code: \d+\]/);
    assert.match(output, /wr payments/);
    assert.match(output, /wr returns/);
    assert.doesNotMatch(output, /wr stock/);
  });

  test("a token that is none", async () => {
    assert.match(await refusal(["cert", "list"], { CLOUDFLARE_API_TOKEN: tokens.revoked }), /Invalid access token \[code: 9109\]/);
  });

  test("a scope that the token lacks", async () => {
    const reading = await refusal(upload(leaves.third, "wr third"), { CLOUDFLARE_API_TOKEN: tokens.reading });
    assert.match(reading, /Authentication error \[code: 10000\]/);
    assert.match(reading, /certificates:write/);
    const nodes = await refusal(["mtls-certificate", "list"], { CLOUDFLARE_API_TOKEN: tokens.nodes });
    assert.match(nodes, /Authentication error \[code: 10000\]/);
    assert.match(nodes, /certificates:read/);
  });

  test("text that is no PEM", async () => {
    const nothing = join(told.folder, "nothing.pem");
    writeFileSync(nothing, "nothing\n");
    const { files } = leaves.third;
    const output = await refusal(["mtls-certificate", "upload", "--cert", nothing, "--key", files.key]);
    assert.match(output, /A request to the Cloudflare API \(\/accounts\/\w+\/mtls_certificates\) failed/);
    assert.match(output, /\[code: \d+\]/);
  });

  test("another certificate's key", async () => {
    const { files } = leaves.third;
    const output = await refusal(["cert", "upload", "mtls-certificate", "--cert", files.crt, "--key", leaves.fourth.files.key]);
    assert.match(output, /key.* \[code: \d+\]/i);
  });
});
