// Mistakes in JavaScript: the error names what guard received, and says what to write instead.
import { createOpenAI } from "@ai-sdk/openai";
import { createBreaker, createRegistry, OptionsError } from "@guard/core";
import { Experimental_Agent as Agent, tool } from "ai";
import { scriptedModel } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAI, type AIGuard } from "../src/index.ts";

/** The functions as they are to JavaScript. */
type Untyped = Record<keyof AIGuard, (...args: readonly unknown[]) => unknown>;
const make = guardAI as (...args: readonly unknown[]) => unknown;
const registry = createRegistry();
const guard = guardAI(registry) as unknown as Untyped;

const openai = createOpenAI({ apiKey: "none" });
const { model } = scriptedModel(() => "It is 8080.");
const search = tool({ inputSchema: z.object({ q: z.string() }), execute: async ({ q }) => q });
const client = { tools: async () => ({ search }), close: async () => {} };

/** The message of the error that a call throws. */
function fault(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof OptionsError) return error.message;
    throw error;
  }
  return "nothing was thrown";
}

const source = "source: expected a registry, a breaker or a function that gives one, received";
const oneRegistry = "Write createRegistry({ budget: { usd: 5 } }).";

describe("guardAI", () => {
  test.for<[string, readonly unknown[], string]>([
    ["nothing", [], `${source} undefined. ${oneRegistry}`],
    ["null", [null], `${source} null. ${oneRegistry}`],
    ["a promise", [Promise.resolve(registry)], `${source} a promise. ${oneRegistry}`],
    [
      "options in place of a registry",
      [{ budget: { usd: 1 }, onTrip: "finish" }],
      `${source} an object. If the object holds options, write createRegistry(options).`,
    ],
    [
      "an unknown option",
      [registry, { agnt: "researcher" }],
      "agnt: there is no such option (did you mean `agent`?)",
    ],
    [
      "a name in place of options",
      [registry, "researcher"],
      'options: expected a plain object, received "researcher". Write { agent: "researcher" }.',
    ],
    [
      "a name that is no text",
      [registry, { agent: 7 }],
      'agent: expected a text that is not empty, received 7. Write { agent: "researcher" }.',
    ],
  ])("%s", ([, args, message]) => {
    expect(fault(() => make(...args))).toContain(message);
  });

  test("code may await the guard, and leave out the options", async () => {
    const made = guardAI(createBreaker(), undefined);
    expect(await Promise.resolve(made)).toBe(made);
  });
});

const rows: readonly [string, keyof AIGuard, readonly unknown[], string][] = [
  [
    "a model's name",
    "model",
    ["openai/gpt-5-mini"],
    'guard.model(): expected a model, received "openai/gpt-5-mini". To guard models that you only name, ' +
      "guard the provider: globalThis.AI_SDK_DEFAULT_PROVIDER = guard.provider(gateway).",
  ],
  [
    "a provider",
    "model",
    [openai],
    'guard.model(): expected a model, received a provider. Write guard.model(openai("gpt-5-mini")). ' +
      "To guard all models of a provider, write guard.provider(openai).",
  ],
  ["nothing", "model", [], 'received undefined. Write guard.model(openai("gpt-5-mini")).'],
  ["a promise", "model", [Promise.resolve(model)], "received a promise. Write guard.model("],
  [
    "a model",
    "provider",
    [model],
    "guard.provider(): expected a provider, received a model. Write guard.model(model).",
  ],
  ["a name", "provider", ["openai"], 'received "openai". Write guard.provider(openai).'],
  [
    "an array",
    "tools",
    [[search]],
    "guard.tools(): expected an object of tools, received an array. " +
      "Each tool needs a name. Write guard.tools({ search }).",
  ],
  ["one tool", "tools", [search], "received a tool. Each tool needs a name."],
  ["nothing", "tools", [], "received undefined. Each tool needs a name."],
  [
    "an MCP client",
    "tools",
    [client],
    "received an MCP client. Write guard.tools(await client.tools()).",
  ],
  [
    "a promise of tools",
    "tools",
    [client.tools()],
    "received a promise. Write guard.tools(await client.tools()).",
  ],
  [
    "a function as a tool",
    "tools",
    [{ search: async () => "8080" }],
    "guard.tools(): search: expected a tool, received a function. " +
      "Write tool({ inputSchema, execute }).",
  ],
  [
    "the settings of an agent",
    "agent",
    [{ model, tools: { search } }],
    "guard.agent(): expected an agent, received settings. " +
      "Write guard.agent(new ToolLoopAgent({ model, tools })).",
  ],
  ["a class", "agent", [Agent], "received a class. Write guard.agent(new ToolLoopAgent("],
  ["a tool", "agent", [search], "received a tool. Write guard.agent(new ToolLoopAgent("],
  [
    "an agent whose model is only named",
    "agent",
    [new Agent({ model: "some/model" })],
    'guard.agent(): its model: expected a model, received "some/model". To guard models that you only name,',
  ],
  [
    "an agent with options in place of a name",
    "agent",
    [new Agent({ model }), { name: "lead" }],
    'guard.agent(): name: expected a text that is not empty, received an object. Write guard.agent(agent, "researcher").',
  ],
  [
    "a promise",
    "run",
    [Promise.resolve("8080")],
    "guard.run(): expected a function, received a promise. The call began before guard could see it. " +
      "Write guard.run(() => generateText({ … })).",
  ],
  ["nothing", "run", [], "received undefined. Write guard.run(() => generateText({ … }))."],
  [
    "called in place of passed",
    "stopWhen",
    [],
    "guard.stopWhen is a condition: pass it, don't call it. " +
      "Write stopWhen: [isStepCount(20), guard.stopWhen]",
  ],
];

test.for(rows)("%s: guard.%s", ([, method, args, message]) => {
  expect(fault(() => guard[method](...args))).toContain(message);
});

test("the signal of a registry's guard", () => {
  expect(fault(() => guard.signal)).toBe(
    "guard.signal: a registry has many runs, and each has its own signal. " +
      "For one run, write const guard = guardAI(registry.breaker());",
  );
});

test("a long text never stands in an error: it may be a prompt", () => {
  const text = "My password is 1234.";
  expect(fault(() => guard.run(text))).toContain("expected a function, received a text.");
  expect(fault(() => guard.model(text))).not.toContain("1234");
});
