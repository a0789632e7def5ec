import { createServer, request, Agent } from "node:http";
import { appendFileSync } from "node:fs";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

/** Stands between a client and Signet, changes nothing, and writes down everything that is said: one line of JSON an answer. */
export class Recorder {
  #agent = new Agent({ keepAlive: true });
  #server;

  /** @param file what is said goes there */
  constructor(file) {
    this.file = file;
  }

  async listen() {
    this.#server = createServer((asked, answer) => {
      this.#pass(asked, answer).catch((error) => answer.destroy(error));
    });
    await new Promise((listening) => this.#server.listen(0, "127.0.0.1", listening));
    this.origin = `http://127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #pass(asked, answer) {
    const body = await whole(asked);
    const passed = request(this.target, { agent: this.#agent, method: asked.method, path: asked.url, headers: asked.rawHeaders });
    const given = await new Promise((resolve, reject) => passed.on("response", resolve).on("error", reject).end(body));
    const content = await whole(given);
    appendFileSync(this.file, JSON.stringify({
      method: asked.method, path: asked.url, headers: asked.headers, body: body.toString(), status: given.statusCode,
      answer_headers: given.headers, answer: readable(content, given.headers["content-encoding"]),
    }) + "\n");
    answer.sendDate = false;
    answer.writeHead(given.statusCode, given.statusMessage, given.rawHeaders).end(content);
  }
}

async function whole(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function readable(content, encoding) {
  if (content.length === 0) return "";
  if (encoding === "br") return brotliDecompressSync(content).toString();
  if (encoding === "gzip") return gunzipSync(content).toString();
  if (encoding) throw new Error(`an answer is encoded as ${encoding}`);
  return content.toString();
}
