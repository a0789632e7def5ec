// The table of `make bench`: bench-table.mjs UPLOADS CRITERION CHROMIUM, the files that the two benches wrote and criterion's folder.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Milliseconds in which the worst upload is judged natively. */
const WORST_NATIVELY = 200;
/** Milliseconds up to which an answer seems to come at once: what a person would notice begins after it. */
const AT_ONCE = 100;

const [uploads, criterion, chromium] = process.argv.slice(2);
const inChromium = read(chromium);
const natively = estimates(criterion);
const rows = read(uploads).map(({ title, hostile }) => ({ title, hostile, native: natively[title], page: inChromium[title] }));

console.log(`\n${line("Milliseconds until an upload is judged", "natively", "in Chromium")}`);
table(rows.filter((row) => !row.hostile));
console.log("\nThe worst that a stranger can upload, up to 128 KiB a file");
table(rows.filter((row) => row.hostile).toSorted((one, other) => other.native - one.native));
console.log("");

const worst = rows.reduce((one, other) => (other.native > one.native ? other : one));
const chain = rows.filter(({ title }) => /^RSA .*chain of three/.test(title)).reduce((one, other) => (other.page > one.page ? other : one));
const held = [
  bound(`the worst upload is judged natively in ${format(worst.native)} ms`, worst, worst.native, WORST_NATIVELY),
  bound(`a chain of three RSA certificates is on the screen after ${format(chain.page)} ms`, chain, chain.page, AT_ONCE),
];
process.exitCode = held.every(Boolean) ? 0 : 1;

function read(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** Criterion's medians in milliseconds, by title. It shortens the names of its folders, so each is asked for its own. */
function estimates(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(join("new", "benchmark.json")));
  const known = files.map((file) => {
    const { function_id: title } = read(join(folder, file));
    return [title, read(join(folder, file, "..", "estimates.json")).median.point_estimate / 1e6];
  });
  return Object.fromEntries(known);
}

function table(some) {
  for (const { title, native, page } of some) console.log(line(`  ${title}`, format(native), format(page)));
}

function line(title, native, page) {
  return `${title.padEnd(70)} ${native.padStart(10)} ${page.padStart(12)}`;
}

function format(milliseconds) {
  return milliseconds === undefined ? "-" : milliseconds.toFixed(milliseconds < 10 ? 2 : 0);
}

function bound(text, { title }, milliseconds, most) {
  const holds = milliseconds < most;
  console.log(`${holds ? "Held" : "NOT HELD"}: ${text} (${title}); the bound is ${most} ms.`);
  return holds;
}
