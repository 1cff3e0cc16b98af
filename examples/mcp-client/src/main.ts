// A loop without a framework. The client of `openai` asks the model, and an MCP server, a process of its own, has the tools. The
// model searches for the same thing for ever. guard warns the model, refuses two calls, and stops the run.
import { join } from "node:path";
import { askModel, asRun, createRegistry, findCircuitOpen } from "@guard/core";
import { guardClient } from "@guard/mcp";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import { connect } from "example-model-server";
import OpenAI from "openai";

const registry = createRegistry({ budget: { modelCalls: 40 } });

const client = guardClient(new Client({ name: "example", version: "1.0.0" }), registry);
const server = join(import.meta.dirname, "server.ts");
await client.connect(new StdioClientTransport({ command: process.execPath, args: [server] }));

// The scripted model never gives up. Set OPENAI_API_KEY to ask a real model.
const connection = await connect(() => ({
  name: "search_docs",
  args: { query: "billing service port" },
}));
const { model, apiKey, maxRetries, configuration } = connection.options;
const openai = new OpenAI({ apiKey, maxRetries, ...configuration });

/** One job is one run: its model calls and its tool calls have one budget. */
async function answer(prompt: string): Promise<string> {
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: prompt }];
  const { tools } = await client.listTools();
  const offered = tools.map(({ name, description = "", inputSchema: parameters }) => {
    return { type: "function", function: { name, description, parameters } } as const;
  });
  return asRun(registry, async (agent) => {
    for (;;) {
      const request = { kind: "model", model, prompt: messages } as const;
      const send = () => openai.chat.completions.create({ model, messages, tools: offered });
      const { message, calls } = await askModel(agent, request, send, toAnswer);
      if (calls.length === 0) return message.content ?? "";
      messages.push(message);
      for (const { id, tool, args } of calls) {
        const content = await textOf(() => client.callTool({ name: tool, arguments: parse(args) }));
        console.log(`  the model reads: ${content}`);
        messages.push({ role: "tool", tool_call_id: id, content });
      }
    }
  });
}

/** The calls that an answer asks for, and its text. */
function toAnswer({ choices }: OpenAI.ChatCompletion) {
  const { message } = choices[0]!;
  const asked = message.tool_calls?.filter((call) => call.type === "function") ?? [];
  const calls = asked.map(({ id, function: { name: tool, arguments: args } }) => {
    return { kind: "tool", id, tool, args } as const;
  });
  return { message, calls, text: message.content ?? "" };
}

/** The text of a call's result for the model. guard's texts are part of the result. An error becomes a text, too. */
async function textOf(call: () => Promise<unknown>): Promise<string> {
  try {
    const { content } = CallToolResultSchema.parse(await call());
    return content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  } catch (error) {
    if (findCircuitOpen(error) !== undefined) throw error;
    return String(error);
  }
}

/** The arguments that the model has written. The server answers malformed arguments with an error. */
function parse(args: string): Record<string, unknown> {
  try {
    return JSON.parse(args) as Record<string, unknown>;
  } catch {
    return { args };
  }
}

try {
  console.log(`answer: ${await answer("Which port does the billing service use?")}`);
} catch (error) {
  const stop = findCircuitOpen(error);
  if (stop === undefined) throw error;
  const { modelCalls, toolCalls } = stop.report.used;
  console.log(`Stopped (${stop.reason}) after ${modelCalls} model calls, ${toolCalls} tool runs.`);
} finally {
  await client.close();
  await connection.close();
}
