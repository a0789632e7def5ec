// Writes the tables of cases as seeds for the fuzz targets: fuzz-seeds.mjs CASES UNLOCKING CORPUS LONGEST. The targets in
// app/fuzz/targets say what their inputs look like.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [cases, unlocking, corpus, longest] = process.argv.slice(2);

const PARTS = Buffer.from([0xff, 0x00, 0xff, 0x00]);
const OBJECTS = Buffer.from([0xff, 0x01, 0xff, 0x01]);
const [AUTHORITY, KEY_FILE, NAME, PLANT, CERTIFICATES_IN_PEM, KEY_IN_PEM] = [1, 2, 4, 8, 16, 32];
/** `now` of most cases, which the targets start from; in microseconds, as the cases have it. */
const NOW = 1_795_257_720_000_000;
const HOUR = 3_600_000_000;

for (const target of ["scanner", "key", "validate", "unlock"]) mkdirSync(join(corpus, target), { recursive: true });
for (const [place, one] of JSON.parse(readFileSync(cases, "utf8")).entries()) {
  const certificates = Buffer.from(one.certificates, "base64");
  const key = one.private_key === null ? undefined : Buffer.from(one.private_key, "base64");
  scanner(certificates, key);
  keys(certificates, key);
  uploads(one, place, certificates, key);
}

for (const { file, passphrase } of JSON.parse(readFileSync(unlocking, "utf8"))) {
  const words = Buffer.from(passphrase);
  if (words.length < 256) seed("unlock", [Buffer.from([words.length]), words, fewRounds(Buffer.from(file, "base64"))]);
}

/** The file with 100 rounds where it asks for OpenSSL's usual 2048: more are refused there. Its MAC and its padding are then wrong. */
function fewRounds(file) {
  return Buffer.from(file.toString("latin1").replaceAll("\x02\x02\x08\x00", "\x02\x02\x00\x64"), "latin1");
}

function scanner(...files) {
  for (const file of files) if (file) seed("scanner", [file]);
}

/** Each key as the file that it came in, and as what is inside its block. */
function keys(...files) {
  for (const file of files) {
    if (!file) continue;
    const inside = blocks(file, /PRIVATE KEY|PUBLIC KEY/);
    if (inside.length > 0 || file[0] === 0x30) seed("key", [Buffer.from([0xff]), file]);
    for (const der of inside) seed("key", [Buffer.from([0]), der]);
  }
}

/** The upload as it is, with a planted key in the place of its own, or as the DER inside its blocks. */
function uploads(one, place, certificates, key) {
  const flags = (one.ca ? AUTHORITY : 0) | (key ? KEY_FILE : 0) | (one.name === null ? 0 : NAME);
  const time = Buffer.alloc(4);
  time.writeInt32BE(Math.round((one.now - NOW) / HOUR));
  const write = (more, ...files) => {
    const [first, second] = files.map((file) => file ?? Buffer.alloc(0));
    seed("validate", [Buffer.from([flags | more]), time, first, PARTS, second, PARTS, Buffer.from(one.name ?? "")]);
  };
  // One of the three ways in turn: each seed is judged before the fuzzing begins, and all of them take longer than the fuzzing itself.
  const inside = blocks(certificates, /CERTIFICATE/);
  const way = inside.length === 0 ? place % 2 : place % 3;
  if (way === 0) return write(0, certificates, key);
  if (way === 1) return write(PLANT, planted(certificates), key && planted(key));
  const chain = Buffer.concat(inside.flatMap((der, number) => (number > 0 ? [OBJECTS, der] : [der])));
  const secret = blocks(key ?? certificates, /PRIVATE KEY/)[0];
  write(CERTIFICATES_IN_PEM | (secret ? KEY_FILE | KEY_IN_PEM : 0), chain, secret ?? key);
}

/** The DER in the blocks with such a label. */
function blocks(file, label) {
  const found = file.toString("latin1").matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END/g);
  return [...found].filter(([, of]) => label.test(of)).map(([, , body]) => Buffer.from(body, "base64"));
}

/** The file with the mark for the planted key where its own keys' Base64 was. */
function planted(file) {
  const text = file.toString("latin1").replace(/(PRIVATE KEY-----)[A-Za-z0-9+/=\s]+(-----END)/g, "$1\n\x1a\n$2");
  return Buffer.from(text, "latin1");
}

function seed(target, parts) {
  const bytes = Buffer.concat(parts);
  if (bytes.length > longest) return;
  writeFileSync(join(corpus, target, createHash("sha1").update(bytes).digest("hex")), bytes);
}
