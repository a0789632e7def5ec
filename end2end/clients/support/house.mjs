import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { Recorder } from "./recorder.mjs";
import { Workshop } from "./workshop.mjs";

const binary = process.env.SIGNET_BINARY ?? join(import.meta.dirname, "../../../target/release/signet");

/** Every client has these certificates to upload, besides one of each kind. */
const names = ["first", "second", "third", "fourth", "used", "released"];

const everything = ["certificates:write", "api_nodes:write", "api_nodes:call", "audit_log:read"];

/** A started Signet with two companies, tokens for them, and certificates that are not yet in it. */
export class House {
  data = mkdtempSync(join(tmpdir(), "signet-data-"));
  workshop = new Workshop(...names);
  log = "";

  async open() {
    this.recorder = new Recorder(join(this.workshop.folder, "said.jsonl"));
    await this.recorder.listen();
    await this.#serve();
    this.recorder.target = this.origin;

    const account = this.#run("account", "create", "--name", "Meridian Retail");
    const elsewhere = this.#run("account", "create", "--name", "Somebody Else");
    const token = (of, name, ...scopes) =>
      this.#run("token", "create", "--account", of, "--name", name, ...scopes.flatMap((scope) => ["--scope", scope]));
    const revoked = token(account, "revoked", ...everything);
    const line = this.#run("token", "list", "--account", account).split("\n").find((text) => text.includes("revoked"));
    this.#run("token", "revoke", line.split("\t")[0]);

    /** What a test is told, as JSON in the file that SIGNET_HOUSE names. */
    this.told = {
      base: `${this.recorder.origin}/client/v4`,
      origin: this.origin,
      account,
      elsewhere,
      tokens: {
        everything: token(account, "everything", ...everything),
        reading: token(account, "reading", "certificates:read"),
        nodes: token(account, "nodes", "api_nodes:read"),
        elsewhere: token(elsewhere, "elsewhere", ...everything),
        revoked,
      },
      database: join(this.data, "signet.db"),
      said: this.recorder.file,
      folder: this.workshop.folder,
      leaves: this.workshop.leaves,
      authorities: this.workshop.authorities,
    };
    this.file = join(this.workshop.folder, "house.json");
    writeFileSync(this.file, JSON.stringify(this.told));
  }

  /** Everything that a client asked and was answered. */
  said() {
    if (!existsSync(this.recorder.file)) return [];
    return readFileSync(this.recorder.file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  }

  keys() {
    return [...Object.values(this.workshop.leaves), ...Object.values(this.workshop.authorities)].map(({ key }) => key);
  }

  /** Ends it, as far as it has come. */
  async close() {
    const running = this.process?.pid !== undefined && this.process.exitCode === null;
    if (running) {
      const ended = new Promise((exit) => this.process.removeAllListeners("exit").on("exit", exit));
      this.process.kill("SIGTERM");
      // It answers open requests for 10 seconds at most.
      const timer = setTimeout(() => this.process.kill("SIGKILL"), 15_000);
      await ended;
      clearTimeout(timer);
    }
    this.recorder?.close();
    this.#remove();
  }

  /** Ends it at once, and leaves no key behind. */
  abandon() {
    this.process?.kill("SIGKILL");
    this.#remove();
  }

  #remove() {
    this.workshop.remove();
    rmSync(this.data, { recursive: true, force: true });
  }

  async #serve() {
    const environment = { ...this.#settings(), SIGNET_ADDR: "127.0.0.1:0" };
    this.process = spawn(binary, ["serve"], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
    await new Promise((listening, failed) => {
      const heard = (line) => {
        this.log += line + "\n";
        const origin = /listening on (http:\/\/[^\s/]+)/.exec(line)?.[1];
        if (origin) {
          this.origin = origin;
          listening();
        }
      };
      for (const output of [this.process.stdout, this.process.stderr]) createInterface({ input: output }).on("line", heard);
      this.process.on("error", failed);
      this.process.on("exit", (code) => failed(new Error(`signet serve ended with ${code}:\n${this.log}`)));
      setTimeout(() => failed(new Error(`signet serve does not listen:\n${this.log}`)), 20_000).unref();
    });
  }

  /** Runs another command of the binary on the same data, and answers what it prints. */
  #run(...words) {
    const { status, stdout, stderr } = spawnSync(binary, words, { env: this.#settings(), encoding: "utf8" });
    if (status !== 0) throw new Error(`signet ${words.join(" ")} ended with ${status}: ${stderr}`);
    return stdout.trimEnd();
  }

  #settings() {
    return { PATH: process.env.PATH, HOME: process.env.HOME, SIGNET_SITE_DIR: process.env.SIGNET_SITE_DIR, SIGNET_DATA_DIR: this.data };
  }
}
