// wasm-opt of the npm package binaryen, called as cargo-leptos calls it: `wasm-opt OPTION… FILE -o FILE`. Three things make the file smaller still:
//
// - Exports that nothing can call are left out, and so is what only they need.
// - Passes are run in an order; cargo-leptos gives each option once, in no order.
// - Functions that look alike lie next to each other: a compressor has more to refer to nearby. A twentieth of the compressed file.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const WASM_OPT = fileURLToPath(new URL("node_modules/.bin/wasm-opt", import.meta.url));

const PASSES = ["-Oz", "--flatten", "--rereloop", "-Oz", "-Oz"];

/** Bytes that two functions have to share in a row to be alike in one place. */
const SHARED = 4;
/** What more functions than this share says nothing about any two of them. */
const COMMON = 500;

/** Methods of classes that wasm-bindgen exports for every program with the crate wasm-streams, and how those say that they make such objects. */
const STREAMS = /^(__wbg_)?intounderlying/;

/** Bytes before the first section. */
const HEADER = 8;
const CUSTOM = 0;
const IMPORT = 2;
const EXPORT = 7;
const CODE = 10;

/** An import that is a function. */
const FUNCTION = 0;

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

  string() {
    return this.bytes(this.u32()).toString();
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
const file = args.at(-1);
if (args.at(-2) !== "-o" || args.at(-3) !== file) throw new Error("usage: wasm-opt OPTION… FILE -o FILE");
const features = args.filter((arg) => arg.startsWith("--enable-")).sort();
writeFileSync(file, withoutStreams(readFileSync(file)));
run(PASSES);
const { imports, bodies } = functions(readFileSync(file));
if (bodies.length > 2) {
  writeFileSync(file, Buffer.concat([readFileSync(file), names(imports.filter(({ kind }) => kind === FUNCTION).length, order(bodies))]));
  run(["--reorder-functions-by-name"]);
}

function run(passes) {
  const { status, error } = spawnSync(WASM_OPT, [...features, ...passes, file, "-o", file], { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** The module without the exports of {@link STREAMS}, if it makes none of those objects. */
function withoutStreams(module) {
  const parts = sections(module);
  const imported = parts.filter(({ id }) => id === IMPORT).flatMap(({ content }) => importsIn(content));
  if (imported.some(({ name }) => STREAMS.test(name))) return module;
  return Buffer.concat([
    module.subarray(0, HEADER),
    ...parts.map(({ id, content }) => section(id, id === EXPORT ? withoutExports(content) : content)),
  ]);
}

function withoutExports(content) {
  const read = new Reader(content, 0);
  const kept = [];
  for (let left = read.u32(); left > 0; left--) {
    const from = read.at;
    const name = read.string();
    read.byte(); // what it is
    read.u32(); // which one
    if (!STREAMS.test(name)) kept.push(content.subarray(from, read.at));
  }
  return Buffer.concat([u32(kept.length), ...kept]);
}

/** What a module imports, and the bytes of the functions that it defines. */
function functions(module) {
  const found = { imports: [], bodies: [] };
  for (const { id, content } of sections(module)) {
    const read = new Reader(content, 0);
    if (id === IMPORT) found.imports = importsIn(content);
    if (id === CODE) found.bodies = Array.from({ length: read.u32() }, () => read.bytes(read.u32()));
  }
  return found;
}

function sections(module) {
  const read = new Reader(module, HEADER);
  const found = [];
  while (!read.isAtEnd()) found.push({ id: read.byte(), content: read.bytes(read.u32()) });
  return found;
}

function importsIn(content) {
  const read = new Reader(content, 0);
  const limits = () => {
    const flags = read.byte();
    read.u32();
    if (flags & 1) read.u32();
  };
  return Array.from({ length: read.u32() }, () => {
    read.string();
    const name = read.string();
    const kind = read.byte();
    switch (kind) {
      case FUNCTION: // its type
        read.u32();
        break;
      case 1: // a table: what is in it, and how much
        read.byte();
        limits();
        break;
      case 2: // a memory
        limits();
        break;
      case 3: // a global: its type, and whether it changes
        read.bytes(2);
        break;
      default:
        throw new Error("an import of a kind that is not known here");
    }
    return { name, kind };
  });
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
function names(imported, ordered) {
  const FUNCTIONS = 1;
  const nameOf = [];
  ordered.forEach((number, place) => (nameOf[number] = String(place).padStart(8, "0")));
  const map = [u32(nameOf.length), ...nameOf.flatMap((name, number) => [u32(imported + number), string(name)])];
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
