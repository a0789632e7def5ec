// wasm-opt of the npm package binaryen, which then lays functions that look alike next to each other: a compressor has more to refer to nearby,
// and the compressed file is a twentieth smaller. Takes wasm-opt's own arguments, of which `-o FILE` has to be one.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const WASM_OPT = fileURLToPath(new URL("node_modules/.bin/wasm-opt", import.meta.url));

/** Bytes that two functions have to share in a row to be alike in one place. */
const SHARED = 4;
/** What more functions than this share says nothing about any two of them. */
const COMMON = 500;

const CUSTOM = 0;
const CODE = 10;

class Reader {
  constructor(buffer, at) {
    this.buffer = buffer;
    this.at = at;
  }

  isAtEnd() {
    return this.at >= this.buffer.length;
  }

  byte() {
    return this.buffer.readUInt8(this.at++);
  }

  bytes(count) {
    this.at += count;
    return this.buffer.subarray(this.at - count, this.at);
  }

  u32() {
    let number = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      number |= (byte & 127) << shift;
      if (byte < 128) return number >>> 0;
    }
  }
}

const args = process.argv.slice(2);
const output = args[args.indexOf("-o") + 1];
run(args);
const module = readFileSync(output);
const { imports, bodies } = functions(module);
if (bodies.length > 2) {
  writeFileSync(output, Buffer.concat([module, names(imports, order(bodies))]));
  run([...args.filter((arg) => arg.startsWith("--enable-")), "--reorder-functions-by-name", output, "-o", output]);
}

function run(args) {
  const { status, error } = spawnSync(WASM_OPT, args, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** How many functions a module imports, and the bytes of those that it defines. */
function functions(module) {
  const IMPORT = 2;
  const read = new Reader(module, 8);
  let imports = 0;
  let bodies = [];
  while (!read.isAtEnd()) {
    const id = read.byte();
    const section = new Reader(read.bytes(read.u32()), 0);
    if (id === IMPORT) imports = importedFunctions(section);
    if (id === CODE) bodies = Array.from({ length: section.u32() }, () => section.bytes(section.u32()));
  }
  return { imports, bodies };
}

function importedFunctions(section) {
  const limits = () => {
    const flags = section.byte();
    section.u32();
    if (flags & 1) section.u32();
  };
  let count = 0;
  for (let left = section.u32(); left > 0; left--) {
    section.bytes(section.u32());
    section.bytes(section.u32());
    switch (section.byte()) {
      case 0: // function: its type
        section.u32();
        count++;
        break;
      case 1: // table: what is in it, and how much
        section.byte();
        limits();
        break;
      case 2: // memory
        limits();
        break;
      case 3: // global: its type, and whether it changes
        section.bytes(2);
        break;
      default:
        throw new Error("an import of a kind that is not known here");
    }
  }
  return count;
}

/** The numbers of these functions, each followed by the one of the rest that is most like it; the longest is the first. */
function order(bodies) {
  const pieces = bodies.map(piecesOf);
  const having = new Map();
  pieces.forEach((own, number) => {
    for (const piece of own) {
      if (!having.has(piece)) having.set(piece, []);
      having.get(piece).push(number);
    }
  });
  const byLength = bodies.map((_body, number) => number).sort((a, b) => bodies[b].length - bodies[a].length || a - b);
  const left = new Set(byLength);
  const ordered = [];
  for (let next = byLength[0]; next !== undefined; next = mostAlike(next) ?? first(left)) {
    ordered.push(next);
    left.delete(next);
  }
  return ordered;

  function mostAlike(number) {
    const shared = new Map();
    for (const piece of pieces[number]) {
      const others = having.get(piece);
      if (others.length >= COMMON) continue;
      for (const other of others) if (left.has(other)) shared.set(other, (shared.get(other) ?? 0) + 1);
    }
    let best;
    let most = 0;
    for (const [other, count] of shared) {
      const alike = count / (pieces[number].size + pieces[other].size - count);
      if (alike > most) [best, most] = [other, alike];
    }
    return best;
  }
}

function first(set) {
  return set.values().next().value;
}

function piecesOf(body) {
  const pieces = new Set();
  for (let at = 0; at + SHARED <= body.length; at++) pieces.add(body.readUInt32LE(at));
  return pieces;
}

/** The custom section `name`, with names whose alphabetical order is this one. */
function names(imports, ordered) {
  const FUNCTIONS = 1;
  const nameOf = [];
  ordered.forEach((number, place) => (nameOf[number] = String(place).padStart(8, "0")));
  const map = [u32(nameOf.length), ...nameOf.flatMap((name, number) => [u32(imports + number), string(name)])];
  return section(CUSTOM, Buffer.concat([string("name"), section(FUNCTIONS, Buffer.concat(map))]));
}

function section(id, content) {
  return Buffer.concat([Buffer.of(id), u32(content.length), content]);
}

function string(text) {
  return Buffer.concat([u32(Buffer.byteLength(text)), Buffer.from(text)]);
}

/** An unsigned number in LEB128. */
function u32(number) {
  const bytes = [];
  for (; number > 127; number >>>= 7) bytes.push((number & 127) | 128);
  return Buffer.of(...bytes, number);
}
