// Answers of server functions as the page reads them (app/src/compact.rs): numbers in LEB128, of an enum the place of its variant, text and lists
// after their length, of what may be missing whether it is there.

const OK = [0];
const ERR = [1];

/** Places of the variants of `service::Error`. */
const REFUSED = [4];
const INTERNAL = [18];

const NOTHING = [0];
const something = (value: number[]): number[] => [1, ...value];

/** The server failed, and its log holds the cause under this reference. */
export const failed = (reference: string): { body: Buffer } => body(ERR, INTERNAL, text(reference));

/** The validator refused the private key. */
export const refusedKey = (finding: { code: number; message: string; hint: string }): { body: Buffer } => {
  const PRIVATE_KEY = [1];
  return body(ERR, REFUSED, leb128(1), leb128(finding.code), text(finding.message), text(finding.hint), PRIVATE_KEY, NOTHING, NOTHING);
};

/** What was found of the audit log's chain, but that this entry breaks it. */
export const brokenAt = (found: Buffer, entry: number): { body: Buffer } => {
  // It is the last field; signed numbers are doubled.
  if (found.at(0) !== OK[0] || found.at(-1) !== NOTHING[0]) throw new Error("the chain is broken already");
  return body([...found.subarray(0, -1)], something(leb128(entry * 2)));
};

function body(...parts: number[][]): { body: Buffer } {
  return { body: Buffer.from(parts.flat()) };
}

function text(text: string): number[] {
  const bytes = [...Buffer.from(text)];
  return [...leb128(bytes.length), ...bytes];
}

function leb128(number: number): number[] {
  return number < 128 ? [number] : [(number & 127) | 128, ...leb128(number >>> 7)];
}
