// Runs clients that others wrote for Cloudflare's API, unmodified, against Signet: each against a freshly started one.
//
//   node run.mjs [NAME…]
//
// SIGNET_BINARY names the program, SIGNET_CLIENTS_PYTHON the Python that has the packages of requirements.txt, SIGNET_CLIENTS_REPORT a
// file for the sums as JSON. Every answer is looked through for private keys.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { House } from "./support/house.mjs";
import { Secrets } from "./support/secrets.mjs";

const python = process.env.SIGNET_CLIENTS_PYTHON ?? "python3";
const node = process.execPath;

/** How each is run, how its output is counted, and after how many seconds it is given up. */
const clients = {
  wrangler: { command: () => [node, "--test", "--test-reporter=spec", "wrangler.test.mjs"], count: countNode, limit: 600 },
  examples: { command: () => [node, "--test", "--test-reporter=spec", "examples.test.mjs"], count: countNode, limit: 120 },
  typescript: { command: () => [node, "--test", "--test-reporter=spec", "typescript.test.mjs"], count: countNode, limit: 120 },
  python: { command: () => [python, "-X", "utf8", "-m", "unittest", "--verbose", "python_test"], count: countUnittest, limit: 120 },
  schemathesis: { prepare: fill, command: schemathesis, count: countJunit, answers: answersInHar, limit: 200 },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(clients);
const summary = [];
/** What is to be undone where this is interrupted. */
let abandon = () => {};
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    abandon();
    process.exit(1);
  });
}
for (const name of wanted) {
  const started = Date.now();
  const { passed, failed } = await run(name).catch((error) => {
    console.log(`✖ ${name}: ${error.message}`);
    return { passed: 0, failed: 1 };
  });
  summary.push({ name, passed, failed, seconds: Math.round((Date.now() - started) / 1000) });
}
for (const { name, passed, failed, seconds } of summary) {
  console.log(`${name.padEnd(12)} ${passed} passed ${failed} failed  ${seconds} s`);
}
const sum = (what) => summary.reduce((total, line) => total + line[what], 0);
if (process.env.SIGNET_CLIENTS_REPORT) {
  writeFileSync(process.env.SIGNET_CLIENTS_REPORT, JSON.stringify({ passed: sum("passed"), failed: sum("failed") }));
}
process.exitCode = sum("failed") === 0 ? 0 : 1;

async function run(name) {
  const client = clients[name];
  if (!client) throw new Error(`there is no client ${name}; there are: ${Object.keys(clients).join(", ")}`);
  console.log(`\n--> ${name}`);
  const house = new House();
  abandon = () => house.abandon();
  try {
    await house.open();
    await client.prepare?.(house.told);
    const { code, output } = await finished(client.command(house.told), house, client.limit);
    const counted = client.count(output, house.told);
    // A program that ends badly has failed, whatever it says; so has one that tried nothing.
    if ((code !== 0 && counted.failed === 0) || counted.passed + counted.failed === 0) {
      console.log(`✖ ${name} ended with ${code}`);
      counted.failed += 1;
    }
    if (counted.failed > 0) console.log(`\nSignet said:\n${house.log}`);
    if (keysAreSilent(house, client.answers?.(house.told) ?? [])) counted.passed += 1;
    else counted.failed += 1;
    return counted;
  } finally {
    await house.close();
  }
}

/** Whether private keys went to Signet, and none came back. */
function keysAreSilent(house, more) {
  const secrets = new Secrets(house.keys());
  const said = [...house.said(), ...more];
  const sent = said.filter(({ body }) => secrets.isIn(body)).length;
  const betrayed = said.filter(({ answer, answer_headers }) => secrets.isIn(answer + JSON.stringify(answer_headers)));
  for (const { method, path, status } of betrayed) console.log(`a private key is in the answer ${status} to ${method} ${path}`);
  const silent = sent > 0 && betrayed.length === 0;
  console.log(`${silent ? "✔" : "✖"} no answer holds a private key (${said.length} answers, to ${sent} requests with one)`);
  return silent;
}

/** Runs a program with nothing of this one's environment that could lead it elsewhere. */
async function finished([program, ...words], house, limit) {
  const home = join(house.told.folder, "home");
  mkdirSync(home, { recursive: true });
  const environment = {
    PATH: process.env.PATH, HOME: home, LANG: "C.UTF-8", TZ: "UTC", PYTHONDONTWRITEBYTECODE: "1", SIGNET_HOUSE: house.file,
  };
  const started = spawn(program, words, { cwd: import.meta.dirname, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  abandon = () => {
    started.kill("SIGKILL");
    house.abandon();
  };
  let output = "";
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      process.stdout.write(text);
    });
  }
  const timer = setTimeout(() => started.kill("SIGKILL"), limit * 1000);
  const code = await new Promise((ended) => {
    started.on("error", ({ message }) => ended(message)).on("close", (status, signal) => ended(status ?? signal));
  });
  clearTimeout(timer);
  return { code, output };
}

function countNode(output) {
  const number = (what) => Number(new RegExp(`^ℹ ${what} (\\d+)$`, "m").exec(output)?.[1] ?? 0);
  return { passed: number("pass"), failed: number("fail") + number("cancelled") };
}

function countUnittest(output) {
  const number = (pattern) => Number(pattern.exec(output)?.[1] ?? 0);
  const failed = number(/^FAILED \(.*?failures=(\d+)/m) + number(/^FAILED \(.*?errors=(\d+)/m);
  return { passed: Math.max(0, number(/^Ran (\d+) tests?/m) - failed), failed };
}

/** Something for Schemathesis to find: certificates with keys. It is told their ids, and the companies', of which it guesses none. */
async function fill({ base, account, elsewhere, tokens, leaves, folder }) {
  const ids = [];
  for (const made of Object.values(leaves)) {
    const answer = await fetch(`${base}/accounts/${account}/mtls_certificates`, {
      method: "POST", headers: { authorization: `Bearer ${tokens.everything}` },
      body: JSON.stringify({ ca: false, certificates: made.crt, private_key: made.key }),
    });
    if (!answer.ok) throw new Error(`the upload was answered ${answer.status}: ${await answer.text()}`);
    ids.push((await answer.json()).result.id);
  }
  writeFileSync(join(folder, "schemathesis.toml"), `
    dictionaries.accounts.values = ${JSON.stringify([...Array(9).fill(account), elsewhere])}
    dictionaries.certificates.values = ${JSON.stringify(ids)}
    [parameters]
    "path.account_id" = { dictionary = "accounts", probability = 0.95 }
    "path.mtls_certificate_id" = { dictionary = "certificates", probability = 0.7 }
  `);
}

/**
 * Straight to Signet: what it sends is not always HTTP that the recorder understands. Calls of API nodes are left out, since they go to
 * whatever address was made up.
 */
function schemathesis({ origin, folder, tokens }) {
  return [
    python, "-X", "utf8", "-m", "schemathesis.cli", "--config-file", join(folder, "schemathesis.toml"), "run", `${origin}/openapi.json`,
    "--header", `Authorization: Bearer ${tokens.everything}`, "--exclude-path-regex", "/call$",
    "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
    "--seed", "20260426", "--max-time", "90", "--rate-limit", "60/s", "--request-timeout", "10",
    "--generation-database", "none", "--no-color", "--continue-on-failure",
    "--report", "junit,har", "--report-junit-path", join(folder, "schemathesis.xml"), "--report-har-path", join(folder, "schemathesis.har"),
  ];
}

/** One test an operation and phase. */
function countJunit(_output, { folder }) {
  const [suites] = /<testsuites[^>]*>/.exec(readFileSync(join(folder, "schemathesis.xml"), "utf8")) ?? [""];
  const number = (what) => Number(new RegExp(`\\b${what}="(\\d+)"`).exec(suites)?.[1] ?? 0);
  const failed = number("failures") + number("errors");
  return { passed: Math.max(0, number("tests") - failed - number("skipped")), failed };
}

function answersInHar({ folder }) {
  const { log } = JSON.parse(readFileSync(join(folder, "schemathesis.har"), "utf8"));
  return log.entries.map(({ request, response }) => ({
    method: request.method, path: request.url, body: request.postData?.text ?? "", status: response.status,
    answer: response.content.text ?? "", answer_headers: response.headers,
  }));
}
