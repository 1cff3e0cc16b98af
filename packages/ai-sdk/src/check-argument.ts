import { checkArgument, hasMethods, kindOf, read } from "@guard/core/adapter";
import type { Kind, Parameter } from "@guard/core/adapter";

const kinds = [
  ["a model", isModel],
  ["an agent", isAgent],
  ["a provider", (value) => hasMethods(value, "languageModel")],
  ["a tool", (value) => read(value, "inputSchema") !== undefined],
  ["an MCP client", (value) => hasMethods(value, "tools")],
  ["settings", (value) => read(value, "model") !== undefined],
] as const satisfies readonly Kind[];

type Method = "model" | "provider" | "tools" | "agent" | "run";
type Own = Parameter<(typeof kinds)[number][0]>;

const oneModel = 'Write guard.model(openai("gpt-5-mini")).';
const ofProvider = `${oneModel} To guard all models of a provider, write guard.provider(openai).`;
const byName =
  "To guard models that you only name, guard the provider: " +
  "globalThis.AI_SDK_DEFAULT_PROVIDER = guard.provider(gateway).";
const ofClient = "Write guard.tools(await client.tools()).";
const call = "Write guard.run(() => generateText({ … })).";

/** Objects and functions in which guard sees nothing else. */
const holder = /^(?:an object|settings|a function|an instance of .*)$/;

const parameters: Readonly<Record<Method, Omit<Own, "path">>> = {
  model: {
    expected: "a model",
    fits: isModel,
    instead: { "a text": byName, "a provider": ofProvider, "a function": ofProvider },
    write: oneModel,
  },
  provider: {
    expected: "a provider",
    fits: (value) => hasMethods(value, "languageModel") || holder.test(kindOf(value, kinds)),
    instead: { "a model": "Write guard.model(model)." },
    write: "Write guard.provider(openai).",
  },
  tools: {
    expected: "an object of tools",
    fits: (value) => typeof value === "object" && holder.test(kindOf(value, kinds)),
    instead: { "a promise": ofClient, "an MCP client": ofClient },
    write: "Each tool needs a name. Write guard.tools({ search }).",
  },
  agent: {
    expected: "an agent",
    fits: isAgent,
    write: "Write guard.agent(new ToolLoopAgent({ model, tools })).",
  },
  run: {
    expected: "a function",
    fits: (value) => typeof value === "function" && kindOf(value) !== "a class",
    instead: { "a promise": `The call began before guard could see it. ${call}` },
    write: call,
  },
};

/** @throws {OptionsError} for an argument that the method can't use: the error says what to write instead */
export function check(method: Method, value: unknown, path = `guard.${method}()`): void {
  checkArgument(value, { path, kinds, ...parameters[method] });
}

/** @throws {OptionsError} for a value that is no tool of the AI SDK */
export function checkTool(name: string, tool: unknown): void {
  checkArgument(tool, {
    path: `guard.tools(): ${name}`,
    expected: "a tool",
    fits: (value) => typeof value === "object" && value !== null && kindOf(value) !== "a promise",
    kinds,
    write: "Write tool({ inputSchema, execute }).",
  });
}

function isModel(value: unknown): boolean {
  return typeof value === "object" && typeof read(value, "modelId") === "string";
}

function isAgent(value: unknown): boolean {
  return hasMethods(value, "generate", "stream");
}
