import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback that answers each request to `/chat/completions` with what `answer` gives. */
export interface CompletionsServer {
  readonly url: string;
  /** The bodies of the requests so far. */
  readonly requests: readonly Record<string, unknown>[];
  /** How the answers so far have ended. */
  readonly ends: readonly ("sent" | "closed by the client")[];
  readonly stop: () => Promise<void>;
}

/** Starts a server that sends `whole` as one answer. A client that wants a stream gets `parts`, then `rest`. */
export async function startCompletionsServer(
  whole: object,
  parts: readonly object[],
  rest: readonly object[] | Promise<readonly object[]> = [],
): Promise<CompletionsServer> {
  const requests: Record<string, unknown>[] = [];
  const ends: ("sent" | "closed by the client")[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => answer(body, response));
  });
  const answer = async (body: Record<string, unknown>, response: ServerResponse) => {
    requests.push(body);
    response.on("close", () => {
      ends.push(response.writableFinished ? "sent" : "closed by the client");
    });
    if (body["stream"] !== true) {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(whole));
      return;
    }
    response.setHeader("content-type", "text/event-stream");
    const send = (part: object) => response.write(`data: ${JSON.stringify(part)}\n\n`);
    for (const part of parts) send(part);
    for (const part of await rest) send(part);
    response.end("data: [DONE]\n\n");
  };
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    ends,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const piece of request) text += String(piece);
  return JSON.parse(text) as Record<string, unknown>;
}
