import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type KeyType = "rsa" | "p256" | "p384" | "p521" | "ed25519";

export interface Wanted {
  name: string;
  key?: KeyType;
  /** Days from now on which the validity begins and ends. */
  from?: number;
  to?: number;
  /** The key of this one, instead of a new one. */
  keyOf?: Made;
}

export interface Made {
  /** Paths of files. */
  crt: string;
  key: string;
  pem: string;
  der: string;
  /** Texts. */
  crtText: string;
  keyText: string;
  /** When the validity ends. */
  notAfter: Date;
}

/** Makes certificates with OpenSSL, in a folder that goes away afterwards: no key is ever kept. */
export class Workshop {
  readonly folder = mkdtempSync(join(tmpdir(), "signet-certificates-"));
  private made = 0;

  /** A client certificate issued by this workshop's CA, valid for 300 days unless said otherwise. */
  client({ name, key = "p256", from = -1, to = 300, keyOf }: Wanted): Made {
    const ca = this.ca();
    const base = join(this.folder, `client-${++this.made}`);
    if (keyOf) writeFileSync(`${base}.key`, keyOf.keyText);
    else this.openssl("genpkey", ...algorithms[key], "-out", `${base}.key`);
    this.openssl("req", "-new", "-key", `${base}.key`, "-subj", `/CN=${name}/O=Meridian Retail/C=ES`, "-out", `${base}.csr`);
    return this.signed(base, name, ca, day(from), day(to), "client");
  }

  /** A certificate for a TLS server on this machine, issued by this workshop's CA. */
  tlsServer(): Made {
    const ca = this.ca();
    const base = join(this.folder, `server-${++this.made}`);
    this.openssl("genpkey", ...algorithms.p256, "-out", `${base}.key`);
    this.openssl("req", "-new", "-key", `${base}.key`, "-subj", "/CN=service.example/O=Workshop", "-out", `${base}.csr`);
    return this.signed(base, "service.example", ca, day(-1), day(300), "server");
  }

  /** A PKCS#12 file with certificate and key. */
  pkcs12({ pem }: Made, passphrase: string, ...options: string[]): string {
    const path = join(this.folder, `bundle-${++this.made}.p12`);
    this.openssl("pkcs12", "-export", "-in", pem, "-passout", `pass:${passphrase}`, "-out", path, ...options);
    return path;
  }

  /** The key under a passphrase. */
  lockedKey({ key }: Made, passphrase: string, ...options: string[]): string {
    const path = join(this.folder, `locked-${++this.made}.key`);
    this.openssl("pkcs8", "-topk8", "-in", key, "-passout", `pass:${passphrase}`, "-out", path, ...options);
    return path;
  }

  /** A self-signed certificate as `openssl req -x509` makes it: a CA by its basic constraints. */
  selfSigned(name: string): Made {
    const base = join(this.folder, `self-${++this.made}`);
    this.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "300",
      "-subj", `/CN=${name}`, "-keyout", `${base}.key`, "-out", `${base}.crt`);
    return this.files(base, day(300));
  }

  /** Another CA of this name, with a key of its own. */
  authority(name: string): Made {
    const base = join(this.folder, `authority-${++this.made}`);
    this.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
      "-subj", `/CN=${name}/O=Workshop`, "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", `${base}.key`,
      "-out", `${base}.crt`);
    return this.files(base, day(3650));
  }

  /** The CA that signs the client certificates. */
  ca(): { crt: string; key: string } {
    const crt = join(this.folder, "ca.crt");
    const key = join(this.folder, "ca.key");
    if (!existsSync(crt)) {
      this.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650",
        "-subj", "/CN=Workshop CA/O=Workshop", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", key, "-out", crt);
      mkdirSync(join(this.folder, "ca"));
    }
    return { crt, key };
  }

  /** A file with this content. */
  file(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private signed(base: string, name: string, ca: { crt: string; key: string }, notBefore: Date, notAfter: Date, kind: string): Made {
    // `openssl ca` is the one that takes dates.
    const database = join(this.folder, "ca", `${this.made}`);
    writeFileSync(`${database}.index`, "");
    writeFileSync(`${database}.cnf`, [
      "[ca]", "default_ca = workshop",
      "[workshop]", `database = ${database}.index`, `new_certs_dir = ${this.folder}/ca`, "rand_serial = yes", "default_md = sha256",
      "policy = any", "unique_subject = no", "email_in_dn = no",
      "[any]", "CN = supplied", "O = optional", "C = optional",
      `[${kind}]`, "basicConstraints = critical,CA:false", "keyUsage = critical,digitalSignature", `extendedKeyUsage = ${kind}Auth`,
      `subjectAltName = DNS:${name}${kind === "server" ? ",IP:127.0.0.1" : ""}`,
    ].join("\n"));
    this.openssl("ca", "-batch", "-notext", "-config", `${database}.cnf`, "-extensions", kind, "-cert", ca.crt, "-keyfile", ca.key,
      "-startdate", stamp(notBefore), "-enddate", stamp(notAfter), "-in", `${base}.csr`, "-out", `${base}.crt`);
    return this.files(base, notAfter);
  }

  private files(base: string, notAfter: Date): Made {
    const crtText = readFileSync(`${base}.crt`, "utf8");
    const keyText = readFileSync(`${base}.key`, "utf8");
    writeFileSync(`${base}.pem`, crtText + keyText);
    this.openssl("x509", "-in", `${base}.crt`, "-outform", "der", "-out", `${base}.der`);
    return { crt: `${base}.crt`, key: `${base}.key`, pem: `${base}.pem`, der: `${base}.der`, crtText, keyText, notAfter };
  }

  private openssl(...words: string[]): void {
    execFileSync("openssl", words, { stdio: ["ignore", "ignore", "pipe"] });
  }
}

const algorithms: Record<KeyType, string[]> = {
  rsa: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
  p256: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  p384: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
  p521: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
  ed25519: ["-algorithm", "ED25519"],
};

/** So many days from now, on the full second. */
function day(days: number): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000 + days * 86_400_000);
}

/** `20270303120000Z`. */
function stamp(date: Date): string {
  return date.toISOString().replace(/[-:T]|\.\d+/g, "");
}

/** `3 Mar 2027`, as the page writes dates for this browser's reader, who is British: `18 Sept 2027`. */
export function dateAsRead(date: Date): string {
  return date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** `3 Mar 2027`, as findings write dates: `18 Sep 2027`. */
export function dateInWords(date: Date): string {
  const month = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][date.getUTCMonth()];
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}`;
}

/** The base64 of a PEM text's key, without its lines: what must never be seen anywhere. */
export function keyMaterial(keyText: string): string {
  return keyText.replace(/-----[^-]+-----/g, "").replace(/\s/g, "");
}
