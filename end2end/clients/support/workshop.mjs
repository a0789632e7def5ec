import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How keys are made, and how an issuer with such a key signs. */
const kinds = {
  rsa: { key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], sign: ["-sha256"] },
  pss: {
    key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    sign: ["-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"],
  },
  p256: { key: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], sign: ["-sha256"] },
  p384: { key: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"], sign: ["-sha384"] },
  ed25519: { key: ["-algorithm", "ED25519"], sign: [] },
};

/** Names as issuers have them: in the usual order, in another, with something to escape, with a part twice, with one part only. */
const issuers = {
  rsa: "/C=ES/ST=Madrid/L=Alcobendas/O=Meridian Retail/OU=Platform/CN=Issuer RSA",
  pss: "/CN=Issuer PSS/O=Meridian Retail/C=ES",
  p256: "/C=ES/O=Peñalara, Hermanos \\+ Cía; <Madrid>/CN=Issuer P-256",
  p384: "/C=ES/O=Meridian Retail/OU=Payments/OU=Platform/CN=Issuer P-384",
  ed25519: "/CN=Issuer Ed25519",
};

/** The order in which Signet writes a name. Parts that are not here would follow. */
const order = ["CN", "OU", "O", "L", "ST", "C"];

/** Certificates and keys, made with OpenSSL in a folder that goes away afterwards: no key is ever kept. */
export class Workshop {
  folder = mkdtempSync(join(tmpdir(), "signet-clients-"));

  /** A CA and a client certificate of each kind, and more client certificates by these names. */
  constructor(...names) {
    this.authorities = {};
    this.leaves = {};
    for (const kind of Object.keys(kinds)) {
      this.authorities[kind] = this.#authority(kind);
      this.leaves[kind] = this.#leaf(kind, kind);
    }
    for (const name of names) this.leaves[name] = this.#leaf(name, "p256");
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #authority(kind) {
    const base = join(this.folder, `ca-${kind}`);
    this.#openssl("genpkey", ...kinds[kind].key, "-out", `${base}.key`);
    this.#openssl("req", "-x509", "-utf8", "-key", `${base}.key`, "-subj", issuers[kind], "-days", "3650", ...kinds[kind].sign,
      "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", `${base}.crt`);
    return this.#made(base);
  }

  #leaf(name, kind) {
    const base = join(this.folder, name);
    const ca = join(this.folder, `ca-${kind}`);
    this.#openssl("genpkey", ...kinds[kind].key, "-out", `${base}.key`);
    this.#openssl("req", "-new", "-key", `${base}.key`, "-subj", `/C=ES/O=Meridian Retail/CN=${name}.meridian.example`,
      "-out", `${base}.csr`);
    writeFileSync(`${base}.cnf`, ["basicConstraints = critical,CA:false", "keyUsage = critical,digitalSignature",
      "extendedKeyUsage = clientAuth", "subjectKeyIdentifier = hash", "authorityKeyIdentifier = keyid",
      `subjectAltName = DNS:${name}.meridian.example`].join("\n"));
    // 20 octets, the most there may be: no number type holds it.
    const serial = randomBytes(20);
    serial[0] = (serial[0] & 0x3f) | 0x40;
    this.#openssl("x509", "-req", "-in", `${base}.csr`, "-CA", `${ca}.crt`, "-CAkey", `${ca}.key`, "-days", "300",
      "-set_serial", `0x${serial.toString("hex")}`, "-extfile", `${base}.cnf`, ...kinds[kind].sign, "-out", `${base}.crt`);
    return { ...this.#made(base), chain: readFileSync(`${base}.crt`, "utf8") + readFileSync(`${ca}.crt`, "utf8") };
  }

  #made(base) {
    const crt = readFileSync(`${base}.crt`, "utf8");
    const key = readFileSync(`${base}.key`, "utf8");
    writeFileSync(`${base}.pem`, crt + key);
    const files = { crt: `${base}.crt`, key: `${base}.key`, both: `${base}.pem` };
    return { crt, key, both: crt + key, files, seen: this.#seen(files.crt) };
  }

  /** A certificate's fields as OpenSSL sees them, written as the API writes them. */
  #seen(crt) {
    const show = (...words) => this.#openssl("x509", "-noout", "-in", crt, ...words);
    const value = (...words) => show(...words).trim().replace(/^[^=]*=/, "");
    return {
      issuer: name(show("-issuer", "-nameopt", "RFC2253,-esc_msb,sep_multiline,-dn_rev")),
      serial_number: BigInt(`0x${value("-serial")}`).toString(),
      signature: signature(show("-text")),
      expires_on: instant(value("-enddate")),
      not_before: instant(value("-startdate")),
      fingerprint_sha256: value("-fingerprint", "-sha256").replaceAll(":", "").toLowerCase(),
    };
  }

  #openssl(...words) {
    return execFileSync("openssl", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }
}

/** A name from OpenSSL's lines, one part each. */
function name(lines) {
  const parts = lines.split("\n").filter((line) => /^\s+\S/.test(line)).map((line) => line.trim());
  const place = (part) => order.indexOf(part.split("=")[0]);
  return parts.map((part, index) => ({ part, index })).sort((a, b) => place(a.part) - place(b.part) || a.index - b.index)
    .map(({ part }) => part).join(",");
}

function signature(text) {
  const algorithm = /Signature Algorithm: (\S+)/.exec(text)[1];
  const hash = /^\s+Hash Algorithm: (\S+)/m.exec(text)?.[1];
  if (algorithm === "rsassaPss") return `${hash.toUpperCase()}WithRSAPSS`;
  if (algorithm === "ED25519") return "PureEd25519";
  const [, first, second] = /^(sha\d+)WithRSAEncryption$|^ecdsa-with-(SHA\d+)$/.exec(algorithm);
  return first ? `${first.toUpperCase()}WithRSA` : `ECDSAWith${second}`;
}

/** `2027-09-17T11:16:17Z`, from `Sep 17 11:16:17 2027 GMT`. */
function instant(date) {
  return new Date(date).toISOString().replace(".000Z", "Z");
}
