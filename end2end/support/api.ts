import { readFileSync } from "node:fs";

import { expect } from "@playwright/test";

import type { Server } from "./server.ts";

/** What an API node has that uses a certificate, or follows the primary. */
export const mtls = (certificate: string, enabled = true) => ({ mtls: { enabled, certificate } });

/** The REST API of the company that was set up, with a token that may do everything there. */
export class Api {
  readonly account: string;
  private readonly token: string;

  constructor(private readonly server: Server) {
    this.account = server.run("account", "list").stdout.split("\t")[0]!;
    const scopes = ["certificates:write", "api_nodes:write", "api_nodes:call"].flatMap((scope) => ["--scope", scope]);
    this.token = server.run("token", "create", "--account", this.account, "--name", "deploy", ...scopes).stdout.trim();
  }

  /** Stores a client certificate; its id. */
  async upload(name: string, { crtText, keyText }: { crtText: string; keyText: string }, { primary = false } = {}): Promise<string> {
    const { id } = await this.send("POST", "mtls_certificates", { ca: false, name, certificates: crtText, private_key: keyText });
    if (primary) await this.makePrimary(id);
    return id;
  }

  /** Stores a CA certificate, without its key; its id. */
  async uploadAuthority(name: string, { crt }: { crt: string }): Promise<string> {
    return (await this.send("POST", "mtls_certificates", { ca: true, name, certificates: readFileSync(crt, "utf8") })).id;
  }

  async rename(id: string, name: string): Promise<void> {
    await this.send("PATCH", `mtls_certificates/${id}`, { name });
  }

  async makePrimary(id: string): Promise<void> {
    await this.send("PATCH", `mtls_certificates/${id}`, { primary: true });
  }

  async delete(id: string): Promise<void> {
    await this.send("DELETE", `mtls_certificates/${id}`);
  }

  /** Creates an API node, whose mTLS is off unless `more` says otherwise; its id. */
  async createNode(name: string, more: object = {}): Promise<string> {
    return (await this.send("POST", "api_nodes", { name, url: "https://api.bank.example/v1/transfers", ...more })).id;
  }

  async node(id: string): Promise<Record<string, unknown>> {
    return this.send("GET", `api_nodes/${id}`);
  }

  async send(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, data?: unknown): Promise<Record<string, unknown> & { id: string }> {
    const answer = await fetch(`${this.server.origin}/client/v4/accounts/${this.account}/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}` },
      body: data === undefined ? undefined : JSON.stringify(data),
    });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    return (JSON.parse(text) as { result: Record<string, unknown> & { id: string } }).result;
  }
}
