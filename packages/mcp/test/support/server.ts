import type { BreakerSource } from "@guard/core";
import { read } from "@guard/core/adapter";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  CallToolResultSchema,
  ListToolsRequestSchema,
  type CallToolResult,
  type Tool,
} from "@modelcontextprotocol/sdk/types.js";
import { guardClient, type GuardClientOptions } from "../../src/index.ts";
import { onTestFinished } from "vitest";

/** What a tool does: it gives a text or a whole result, or throws. */
export type Body = (
  args: Record<string, unknown>,
  context: { readonly signal: AbortSignal; readonly progress: (done: number) => Promise<void> },
) => string | CallToolResult | Promise<string | CallToolResult>;

/** A tool of a scripted server. */
export interface Scripted {
  readonly body: Body;
  readonly annotations?: Tool["annotations"];
  readonly outputSchema?: Tool["outputSchema"];
}

export type Tools = Record<string, Body | Scripted>;

/** A server with these tools. `ran` holds the names of those that have run; change `tools` to change its list. */
export function scriptedServer(tools: Tools) {
  const ran: string[] = [];
  const server = new Server(
    { name: "scripted", version: "1.0.0" },
    { capabilities: { tools: { listChanged: true } } },
  );
  const scripted = (name: string): Scripted | undefined => {
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    return typeof tool === "function" ? { body: tool } : tool;
  };
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: Object.keys(tools).map((name) => {
      const { body: _, ...told } = scripted(name)!;
      return { name, inputSchema: { type: "object" as const }, ...told };
    }),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const tool = scripted(params.name);
    if (tool === undefined) throw new Error(`Tool ${params.name} not found`);
    ran.push(params.name);
    const progressToken = read(params, "_meta", "progressToken") as string | undefined;
    const progress = async (done: number) => {
      if (progressToken === undefined) return;
      await server.notification({
        method: "notifications/progress",
        params: { progressToken, progress: done },
      });
    };
    const result = await tool.body(params.arguments ?? {}, { signal: extra.signal, progress });
    return typeof result === "string" ? text(result) : result;
  });
  return { server, ran };
}

/** A text as MCP has it. */
export const text = (...texts: readonly string[]) => ({
  content: texts.map((one) => ({ type: "text" as const, text: one })),
});

/** A client that is connected to a scripted server in this process. */
export async function connected(tools: Tools) {
  const { server, ran } = scriptedServer(tools);
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: "test", version: "1.0.0" });
  await server.connect(far);
  await client.connect(near);
  onTestFinished(() => client.close());
  return { client, server, ran, far };
}

/** The same, guarded. */
export async function guardedClient(
  source: BreakerSource,
  tools: Tools,
  options?: GuardClientOptions,
) {
  const { client, ...rest } = await connected(tools);
  return { ...rest, raw: client, client: guardClient(client, source, options) };
}

/** The texts of a result, in order. */
export function textsOf(result: unknown): readonly string[] {
  return CallToolResultSchema.parse(result).content.map((part) =>
    part.type === "text" ? part.text : "",
  );
}
