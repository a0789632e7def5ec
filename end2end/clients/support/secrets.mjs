import { createPrivateKey } from "node:crypto";

/** Pieces of a key that are looked for: so many octets, and so many characters of each way to write them. */
const OCTETS = 15;
const CHARACTERS = 19;

/** Finds private keys in texts, whole or a line of them, however they are encoded. */
export class Secrets {
  #pieces = new Set();

  /** @param keys PEM texts */
  constructor(keys) {
    for (const pem of keys) {
      const { d, p, q, dp, dq, qi } = createPrivateKey(pem).export({ format: "jwk" });
      for (const number of [d, p, q, dp, dq, qi]) {
        if (number) this.#learn(Buffer.from(number, "base64url"));
      }
    }
  }

  #learn(number) {
    for (let at = 0; at + OCTETS <= number.length; at += OCTETS) {
      const piece = number.subarray(at, at + OCTETS);
      // In base64, the same octets look in three ways, by where they begin.
      [0, 2, 3].forEach((skipped, shift) => {
        const base64 = Buffer.concat([Buffer.alloc(shift), piece]).toString("base64").slice(skipped, skipped + CHARACTERS);
        this.#pieces.add(base64).add(base64.replaceAll("+", "-").replaceAll("/", "_"));
      });
      this.#pieces.add(piece.toString("hex").slice(0, CHARACTERS));
    }
  }

  /** Whether there is something of a key in it. */
  isIn(text) {
    // Line breaks and what JSON makes of them; what hex dumps have between octets.
    const joined = text.replace(/\\[nrt]|[\s\\]/g, "");
    return this.#hasPiece(joined) || this.#hasPiece(joined.replaceAll(":", "").toLowerCase());
  }

  #hasPiece(text) {
    for (let at = 0; at + CHARACTERS <= text.length; at++) {
      if (this.#pieces.has(text.slice(at, at + CHARACTERS))) return true;
    }
    return false;
  }
}
