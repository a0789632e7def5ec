import { readFileSync } from "node:fs";
import { type Server as HttpsServer, createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";

import type { Made } from "./certificates.ts";

/** A request as the service got it. */
export interface Received {
  method: string;
  url: string;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
  /** The common name of the client certificate, if one was sent. */
  client: string | undefined;
}

interface Wants {
  /** Files of the CA certificates of which it accepts client certificates; without any it does not ask. */
  clients?: string[];
  /** What it answers. */
  answer?: (received: Received) => { status: number; body: string };
}

/** A service on this machine that is called over TLS. */
export class Service {
  readonly received: Received[] = [];
  private readonly server: HttpsServer;

  constructor(own: Made, { clients = [], answer = () => ({ status: 200, body: "Thank you.\n" }) }: Wants = {}) {
    const asks = clients.length > 0;
    const ca = clients.map((path) => readFileSync(path));
    this.server = createServer({ key: own.keyText, cert: own.crtText, requestCert: asks, rejectUnauthorized: asks, ...(asks && { ca }) }, (request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (part: string) => (body += part)).on("end", () => {
        const certificate = (request.socket as TLSSocket).getPeerCertificate();
        const received = { method: request.method!, url: request.url!, headers: request.headers, body, client: certificate?.subject?.CN as string | undefined };
        this.received.push(received);
        const answered = answer(received);
        response.writeHead(answered.status, { "content-type": "text/plain" }).end(answered.body);
      });
    });
    // A client that is refused is none of the test's errors.
    this.server.on("tlsClientError", () => {});
  }

  async start(): Promise<this> {
    await new Promise<void>((listening) => this.server.listen(0, "127.0.0.1", listening));
    return this;
  }

  get url(): string {
    return `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
