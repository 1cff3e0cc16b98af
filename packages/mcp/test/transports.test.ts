// The same over the transports that people use: a process of its own, and HTTP on loopback.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { createBreaker, createRegistry } from "@guard/core";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import { ending } from "guard-test-support";
import { expect, onTestFinished, test } from "vitest";
import { guardClient } from "../src/index.ts";
import { scriptedServer, textsOf } from "./support/server.ts";

/** Where the SDK is that these tests are run with. */
const versions = { newest: "../package.json", oldest: "../oldest/package.json" };
const version = process.env["GUARD_OLDEST"] === undefined ? "newest" : "oldest";
const { resolve } = createRequire(join(import.meta.dirname, versions[version]));
const sdk = pathToFileURL(resolve("@modelcontextprotocol/sdk/types.js")).href;

const call = { name: "use", arguments: { q: "a" } };
const newClient = () => new Client({ name: "test", version: "1.0.0" });

/** A guarded client of a server that is a process. */
async function overStdio(source: Parameters<typeof guardClient>[1]) {
  const client = guardClient(newClient(), source);
  const server = join(import.meta.dirname, "support/stdio-server.mjs");
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [server],
      env: { ...(process.env as Record<string, string>), MCP_SDK: sdk },
    }),
  );
  onTestFinished(() => client.close());
  return client;
}

test("stdio: guard warns a loop, refuses and stops it, and sends nothing after the stop", async () => {
  const breaker = createBreaker();
  const client = await overStdio(breaker);
  expect((await client.listTools()).tools.length).toBe(2);
  const read: string[] = [];
  const { stop } = await ending(async () => {
    for (;;) read.push(textsOf(await client.callTool(call)).join(" "));
  });
  expect(read).toEqual([
    "the same",
    "the same",
    expect.stringMatching(/^the same Note: /),
    expect.stringMatching(/^Refused/),
    expect.stringMatching(/^Refused/),
  ]);
  expect(stop?.reason).toBe("loop");
  breaker.reset();
  expect(textsOf(await client.callTool({ name: "count" }))).toEqual(["3"]);
});

test("stdio: a server that dies under a call is a failure", async () => {
  const errors: unknown[] = [];
  const client = await overStdio(
    createBreaker({ record: (_, event) => void errors.push(event.type === "tool" && event.error) }),
  );
  const { error, stop } = await ending(() => client.callTool({ name: "leave" }));
  expect(error).toMatchObject({ code: -32000 });
  expect([stop, errors]).toEqual([undefined, [true]]);
});

test("streamable HTTP: two users at once over one registry have a run and a budget each", async () => {
  const requests: string[] = [];
  const { url, ran } = await httpServer((method) => void requests.push(method));
  const registry = createRegistry({ budget: { toolCalls: 3 } });
  const ends = await Promise.all(
    ["a", "b"].map(async (user) => {
      const client = guardClient(newClient(), registry);
      await client.connect(new StreamableHTTPClientTransport(url));
      onTestFinished(() => client.close());
      return ending(async () => {
        for (let turn = 0; ; turn += 1) {
          await client.callTool({ name: "use", arguments: { q: `${user} ${turn}` } });
        }
      });
    }),
  );
  expect(ends.map(({ stop }) => stop?.code)).toEqual([
    "GUARD_BUDGET_EXCEEDED",
    "GUARD_BUDGET_EXCEEDED",
  ]);
  expect(ran().length).toBe(6);
  expect(requests.filter((method) => method === "tools/call").length).toBe(6);
});

type HttpOptions = ConstructorParameters<typeof StreamableHTTPServerTransport>[0];
const withoutSessions = { sessionIdGenerator: undefined } as unknown as HttpOptions;

/** A server on loopback, without sessions: each request has a server object of its own. */
async function httpServer(heard: (method: string) => void) {
  const servers: ReturnType<typeof scriptedServer>[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    if (request.method !== "POST") return void response.writeHead(405).end();
    const body = (await json(request)) as { method: string };
    heard(body.method);
    const one = scriptedServer({ use: ({ q }) => `${String(q)} is there` });
    servers.push(one);
    const transport = new StreamableHTTPServerTransport(withoutSessions);
    await one.server.connect(transport);
    await transport.handleRequest(request, response, body);
  };
  const http = createServer((request, response) => void answer(request, response));
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`);
  return { url, ran: () => servers.flatMap(({ ran }) => ran) };
}
