// A provider that fails when a test wants it to: chat completions over HTTP on loopback.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * What the provider does with a request: a status, an answer (whole, or its words one by one as a stream), nothing at all, a
 * connection that it cuts at once, or a stream that it cuts, ends or leaves open after the first word.
 */
export type Reply =
  | number
  | "answers"
  | "hangs"
  | "cuts"
  | "cuts its stream"
  | "ends its stream"
  | "stalls its stream";

/** The provider, and a way to it. */
export class ProviderServer {
  /** What it does with requests from now on. */
  reply: Reply = "answers";
  /** Called when a request has come in: before the reply, or after the first word of a stream that stalls. */
  heard: () => void = () => {};
  /** How many requests have come in. */
  requests = 0;
  /** Its address without a path, such as `127.0.0.1:4000`. */
  readonly host: string;
  readonly #stop: () => Promise<void>;

  private constructor(port: number, stop: () => Promise<void>) {
    this.host = `127.0.0.1:${port}`;
    this.#stop = stop;
  }

  static async start(): Promise<ProviderServer> {
    const server = createServer((request, response) => void own.#answer(request, response));
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const own: ProviderServer = new ProviderServer(
      (server.address() as AddressInfo).port,
      () =>
        new Promise((resolve) => {
          server.closeAllConnections();
          server.close(() => resolve());
        }),
    );
    return own;
  }

  /** The address for a client that is told its server. */
  get url(): string {
    return `http://${this.host}/v1`;
  }

  /** A `fetch` for clients that ask `api.openai.com`: their requests come here. */
  readonly fetch: typeof fetch = (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input);
    return fetch(`http://${this.host}${pathname}`, init);
  };

  stop(): Promise<void> {
    return this.#stop();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const piece of request) body += String(piece);
    this.requests += 1;
    const { reply } = this;
    if (reply !== "stalls its stream") this.heard();
    if (reply === "hangs") return;
    if (reply === "cuts") return void request.socket.destroy();
    if (typeof reply === "number") {
      response.writeHead(reply, { "content-type": "application/json" });
      return void response.end(JSON.stringify({ error: { message: "no", type: "error" } }));
    }
    if ((JSON.parse(body) as { stream?: boolean }).stream !== true) {
      response.setHeader("content-type", "application/json");
      return void response.end(JSON.stringify(whole));
    }
    response.setHeader("content-type", "text/event-stream");
    const send = (part: object) => response.write(`data: ${JSON.stringify(part)}\n\n`);
    send(part({ role: "assistant", content: "It " }));
    if (reply === "stalls its stream") return void setTimeout(() => this.heard(), 20);
    if (reply === "ends its stream") return void response.end();
    if (reply === "cuts its stream") return void setTimeout(() => request.socket.destroy(), 20);
    send(part({ content: "is 8080." }));
    send(part({}, "stop"));
    return void response.end("data: [DONE]\n\n");
  }
}

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const base = { id: "chatcmpl-1", created: 1, model: "gpt-5-mini" } as const;
const whole = {
  ...base,
  object: "chat.completion",
  usage,
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "It is 8080." },
      finish_reason: "stop",
      logprobs: null,
    },
  ],
};
const part = (delta: object, finish: string | null = null) => ({
  ...base,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, finish_reason: finish }],
});
