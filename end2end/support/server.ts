import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export const binary = process.env.SIGNET_BINARY ?? join(import.meta.dirname, "../../target/release/signet");

/** A running Signet with a data directory of its own. */
export class Server {
  readonly data = mkdtempSync(join(tmpdir(), "signet-"));
  origin = "";
  setupLink = "";
  log = "";
  /** E-mail and password that `signet demo` printed. */
  signIn: string[] | undefined;
  private process: ChildProcess | undefined;

  constructor(private readonly environment: Record<string, string> = {}) {}

  /** Starts it, and waits until it listens. A restart keeps the port, so that open pages find it again. */
  async start(): Promise<this> {
    const address = this.origin ? new URL(this.origin).host : "127.0.0.1:0";
    const started = spawn(binary, ["serve"], {
      env: { ...this.settings(), SIGNET_ADDR: address },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = started;
    await new Promise<void>((listening, failed) => {
      const heard = (line: string) => {
        this.log += line + "\n";
        const link = /https?:\/\/\S+\/setup\?token=\S+/.exec(line);
        if (link) this.setupLink = link[0];
        const origin = /listening on (https?:\/\/\S+)/.exec(line)?.[1];
        // The link may come in the line after.
        if (origin) {
          this.origin = origin.replace(/\/$/, "");
          setTimeout(listening, 50);
        }
      };
      for (const output of [started.stdout, started.stderr]) createInterface({ input: output! }).on("line", heard);
      started.on("exit", (code) => failed(new Error(`signet serve ended with ${code}:\n${this.log}`)));
      setTimeout(() => failed(new Error(`signet serve does not listen:\n${this.log}`)), 20_000).unref();
    });
    return this;
  }

  /** Ends it: politely, or as a power cut would. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const running = this.process;
    if (!running || running.exitCode !== null) return;
    running.removeAllListeners("exit");
    const ended = new Promise((exit) => running.on("exit", exit));
    running.kill(signal);
    await ended;
  }

  /** Runs another command of the binary on the same data. */
  run(...words: string[]): { status: number | null; stdout: string; stderr: string } {
    const { status, stdout, stderr } = spawnSync(binary, words, { env: this.settings(), encoding: "utf8" });
    return { status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.data, { recursive: true, force: true });
  }

  private settings(): NodeJS.ProcessEnv {
    return { PATH: process.env.PATH, HOME: process.env.HOME, SIGNET_SITE_DIR: process.env.SIGNET_SITE_DIR, SIGNET_DATA_DIR: this.data, ...this.environment };
  }
}
