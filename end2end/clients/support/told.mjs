import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";

/** What the test is told of the house it is in. */
export const told = JSON.parse(readFileSync(process.env.SIGNET_HOUSE, "utf8"));

/** Text that is no id of anything. */
export const unknown = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60";

/** Somebody who uses a certificate, as the API nodes do. */
export function addUser(id, name, status) {
  change(
    "insert into api_nodes (id, account_id, certificate_id, name, name_comparable, mtls_enabled, method, url, body, timeout_ms, "
      + "follow_redirects, created_at, changed_at, changed_by, version) "
      + "values (?, ?, ?, ?, ?, cast(? as integer), 'GET', 'https://api.bank.example/', '', 30000, 0, 0, 0, '', 1)",
    randomUUID(), told.account, id, name, name, status === "active" ? "1" : "0",
  );
}

/** Deletes what a test leaves behind. */
export async function clear() {
  change("delete from api_nodes");
  const path = `${told.base}/accounts/${told.account}/mtls_certificates`;
  const headers = { authorization: `Bearer ${told.tokens.everything}` };
  const { result } = await (await fetch(`${path}?per_page=1000`, { headers })).json();
  for (const { id } of result) await fetch(`${path}/${id}`, { method: "DELETE", headers });
}

/** In Signet's database, by Python: not every Node.js has SQLite. */
function change(statement, ...values) {
  const program = "import sqlite3, sys; base = sqlite3.connect(sys.argv[1], timeout=10); "
    + "base.execute(sys.argv[2], sys.argv[3:]); base.commit()";
  execFileSync("python3", ["-c", program, told.database, statement, ...values]);
}

/** The requests so far, and what was answered. */
export function said() {
  return readFileSync(told.said, "utf8").trimEnd().split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** The requests that an action makes. */
export async function requestsOf(action) {
  const before = count();
  await action();
  return said().slice(before);
}

function count() {
  try {
    return said().length;
  } catch {
    return 0;
  }
}

/** Whether an object has these fields, whatever else it has. */
export function assertHas(object, fields) {
  assert.deepEqual(Object.fromEntries(Object.keys(fields).map((field) => [field, object[field]])), fields);
}
