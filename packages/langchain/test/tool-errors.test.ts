// guardAgent wraps tool calls. What a tool brings, and what its error means, stays as it is without guard.
import { createRegistry } from "@guard/core";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import * as langchain from "langchain";
import { ending } from "guard-test-support";
import { named, scriptedModel } from "guard-test-support/langchain";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent } from "../src/index.ts";
import { question } from "./support/runners.ts";

const { createAgent, createMiddleware, toolRetryMiddleware } = langchain;

const schema = z.object({ q: z.string() });
const description = "Uses it.";

/** What a tool can do, as a tool `use`. */
const tools = {
  "brings a text": () => named("use", () => "8080"),
  "brings an object": () => named("use", () => ({ port: 8080 })),
  "brings a tool message": () =>
    named("use", () => new ToolMessage({ content: "8080", tool_call_id: "call-1-0" })),
  "brings a command": () =>
    named(
      "use",
      () =>
        new Command({
          update: { messages: [new ToolMessage({ content: "8080", tool_call_id: "call-1-0" })] },
        }),
    ),
  "returns directly": () =>
    tool(() => "8080", { name: "use", description, schema, returnDirect: true }),
  throws: () =>
    named("use", () => {
      throw new TypeError("out of order");
    }),
  "throws a text": () =>
    named("use", () => {
      throw "out of order"; // oxlint-disable-line no-throw-literal, typescript/only-throw-error
    }),
  "gets arguments that do not fit": () =>
    tool(() => "8080", { name: "use", description, schema: z.object({ port: z.number() }) }),
  "does not exist": () => named("other", () => "8080"),
  "waits for a human": () => named("use", () => String(interrupt("May I?"))),
} as const;

/** Middleware of the user's own. */
const neighbours = {
  "no other middleware": [],
  "a middleware that wraps tools": [
    createMiddleware({ name: "Passing", wrapToolCall: (request, next) => next(request) }),
  ],
  "a middleware that answers for tools": [
    createMiddleware({
      name: "Answering",
      wrapToolCall: async (request, next) => {
        try {
          return await next(request);
        } catch (error) {
          const { id = "" } = request.toolCall;
          return new ToolMessage({ content: `Sorry: ${String(error)}`, tool_call_id: id });
        }
      },
    }),
  ],
  "a middleware that tries tools again": [
    toolRetryMiddleware({ maxRetries: 1, initialDelayMs: 0, jitter: false }),
  ],
  "a middleware that tries tools again and passes their errors on": [
    toolRetryMiddleware({ maxRetries: 1, initialDelayMs: 0, jitter: false, onFailure: "error" }),
  ],
};

describe.each(Object.keys(neighbours) as (keyof typeof neighbours)[])("%s", (neighbour) => {
  test.for(Object.keys(tools) as (keyof typeof tools)[])("a tool that %s", async (what) => {
    const [without, guarded] = [
      await run(what, neighbour, false),
      await run(what, neighbour, true),
    ];
    expect(guarded).toEqual(without);
  });
});

test("the abort of the agent's own signal stays an abort", async () => {
  const outcomes: unknown[] = [];
  for (const isGuarded of [false, true]) {
    const stopping = new AbortController();
    const use = named("use", () => {
      stopping.abort(new Error("stopped by hand"));
      throw new Error("out of order");
    });
    const model = scriptedModel(() => [{ name: "use", args: { q: "a" } }]);
    const agent = createAgent({ model, tools: [use], signal: stopping.signal });
    const { error } = await ending(() => guardIf(isGuarded, agent).invoke(question));
    outcomes.push([String(error), model.callCount]);
  }
  expect(outcomes[1]).toEqual(outcomes[0]);
});

type Agent = ReturnType<typeof createAgent>;
const guardIf = (isGuarded: boolean, agent: object) =>
  (isGuarded ? guardAgent(agent as Agent, createRegistry()) : agent) as Agent;

/** What a run brings that calls the tool twice at once, and is resumed where it waits. */
async function run(
  what: keyof typeof tools,
  neighbour: keyof typeof neighbours,
  isGuarded: boolean,
) {
  const model = scriptedModel((turn) =>
    turn === 1
      ? [
          { name: "use", args: { q: "a" } },
          { name: "spare", args: { q: "b" } },
        ]
      : "Done.",
  );
  const agent = guardIf(
    isGuarded,
    createAgent({
      model,
      tools: [tools[what](), named("spare", () => "8081")],
      middleware: neighbours[neighbour] as langchain.AgentMiddleware[],
      checkpointer: new MemorySaver(),
    }),
  );
  const thread = { configurable: { thread_id: "one" } };
  const first = await ending(() => agent.invoke(question, thread));
  const isWaiting = first.result !== undefined && "__interrupt__" in first.result;
  const { result, error } = isWaiting
    ? await ending(() => agent.invoke(new Command({ resume: "yes" }), thread))
    : first;
  return {
    isWaiting,
    error: error instanceof Error ? plain(`${error.name}: ${error.message}`) : error,
    messages: (result?.messages ?? []).map(told),
    models: model.callCount,
  };
}

/** A text without what differs from run to run, or with what stands around the tool: ids, and a stack that LangChain tells. */
function plain(text: string): string {
  return text.replaceAll(/[0-9a-f]{32}/g, "#").replaceAll(/^ +at .*$\n/gm, "");
}

function told(message: BaseMessage): unknown {
  const { text, name } = message;
  const content = plain(text);
  if (AIMessage.isInstance(message)) return { content, name };
  return ToolMessage.isInstance(message) ? { content, name, status: message.status } : content;
}
