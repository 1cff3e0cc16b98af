// People without types read in the error what to write instead.
import { createBreaker, createRegistry, OptionsError } from "@guard/core";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { expect, test } from "vitest";
import * as guard from "../src/index.ts";

/** guard as people without types see it. */
const js = guard as unknown as Record<keyof typeof guard, (...args: readonly unknown[]) => unknown>;

const info = { name: "test", version: "1.0.0" };
const registry = createRegistry();
const client = new Client(info);
const write = "Write guardClient(new Client({ name, version }), registry)";
const received = "client: expected an MCP client, received ";
const source = "source: expected a registry, a breaker or a function that gives one, received ";

test.for<readonly [string, () => unknown, string]>([
  [
    "guardClient(registry, client)",
    () => js.guardClient(registry, client),
    `${received}a registry. The registry is the second argument: write guardClient(client, registry).`,
  ],
  [
    "guardClient(breaker, client)",
    () => js.guardClient(createBreaker(), client),
    `${received}a breaker. The breaker is the second argument: write guardClient(client, breaker).`,
  ],
  [
    "guardClient(transport, registry)",
    () => js.guardClient(InMemoryTransport.createLinkedPair()[0], registry),
    `${received}a transport. ${write}, then await client.connect(transport).`,
  ],
  [
    "guardClient(server, registry)",
    () => js.guardClient(new McpServer(info), registry),
    `${received}a server. guard works on the client's side: write guardClient(client, registry).`,
  ],
  [
    "guardClient(a promise, registry)",
    () => js.guardClient(Promise.resolve(client), registry),
    `${received}a promise. Write guardClient(await client, registry).`,
  ],
  [
    "guardClient(Client, registry)",
    () => js.guardClient(Client, registry),
    `${received}a class. ${write}.`,
  ],
  [
    "guardClient(a URL as a text, registry)",
    () => js.guardClient("http://127.0.0.1:3000/mcp", registry),
    `${received}a URL. ${write}.`,
  ],
  [
    "guardClient(a URL, registry)",
    () => js.guardClient(new URL("http://127.0.0.1:3000/mcp"), registry),
    `${received}a URL. ${write}.`,
  ],
  [
    "guardClient(LangChain's client, registry)",
    () => js.guardClient({ getTools: async () => [] }, registry),
    `${received}a client of LangChain's MCP adapters. Guard the agent with @guard/langchain.`,
  ],
  [
    "guardClient(the AI SDK's client, registry)",
    () => js.guardClient({ tools: async () => ({}) }, registry),
    `${received}a client of Mastra or the AI SDK. Guard the agent or its tools with @guard/mastra or @guard/ai-sdk.`,
  ],
  ["guardClient()", () => js.guardClient(), `${received}undefined. ${write}.`],
  ["guardClient(client)", () => js.guardClient(client), `${source}undefined`],
  ["options for a registry", () => js.guardClient(client, { budget: {} }), `${source}an object`],
  [
    "a misspelt option",
    () => js.guardClient(client, registry, { nam: "docs" }),
    "nam: there is no such option (did you mean `name`?)",
  ],
  [
    "a text in place of options",
    () => js.guardClient(client, registry, "github"),
    'options: expected a plain object, received "github". Write { name: "github" }.',
  ],
  [
    "an empty name",
    () => js.guardClient(client, registry, { name: "" }),
    'name: expected a text that is not empty, received "". Write { name: "github" }.',
  ],
  [
    "an agent that is not a text",
    () => js.guardClient(client, registry, { agent: client }),
    'agent: expected a text that is not empty, received an instance of Client. Write { agent: "researcher" }.',
  ],
])("%s", ([, mistake, message]) => {
  expect(mistake).toThrow(OptionsError);
  expect(mistake).toThrow(message);
});

test("a call before connect() gives the SDK's own error", async () => {
  const told = await new Client(info).callTool({ name: "search" }).catch(String);
  const guarded = guard.guardClient(new Client(info), registry);
  expect(await guarded.callTool({ name: "search" }).catch(String)).toBe(told);
});
