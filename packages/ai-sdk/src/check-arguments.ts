import { OptionsError } from "@guard/core";
import { read } from "@guard/core/adapter";

/** What an argument may be, in the words of an error. The first sort that fits names the argument. */
const sorts: readonly (readonly [sort: string, fits: (value: unknown) => boolean])[] = [
  ["a promise", (value) => has(value, "then")],
  ["an array", Array.isArray],
  ["a class", (value) => typeof value === "function" && /^class\b/.test(String(value))],
  ["a model", isModel],
  ["an agent", isAgent],
  ["a provider", (value) => has(value, "languageModel")],
  ["a tool", (value) => read(value, "inputSchema") !== undefined],
  ["an MCP client", (value) => has(value, "tools")],
  ["a function", (value) => typeof value === "function"],
  ["settings", (value) => read(value, "model") !== undefined],
  ["an object", (value) => typeof value === "object" && value !== null],
  ["a text", (value) => typeof value === "string"],
];

/** What a method of a guard takes. */
interface Parameter {
  readonly expected: string;
  readonly fits: (value: unknown, sort: string) => boolean;
  /** What to write instead, where that depends on what was given. */
  readonly instead: Readonly<Record<string, string>>;
  /** What to write instead of anything else. */
  readonly write: string;
}

const oneModel = 'Write guard.model(openai("gpt-5-mini")).';
const ofProvider = `${oneModel} To guard all models of a provider, write guard.provider(openai).`;
const byName =
  "To guard models that you only name, guard the provider: " +
  "globalThis.AI_SDK_DEFAULT_PROVIDER = guard.provider(gateway).";
const named = "Each tool needs a name. Write guard.tools({ search }).";
const ofClient = "Write guard.tools(await client.tools()).";
const call = "Write guard.run(() => generateText({ … })).";

type Method = "model" | "provider" | "tools" | "agent" | "run";

/** Objects and functions in which guard sees nothing else. */
const holders: readonly string[] = ["an object", "settings", "a function"];

const parameters: Readonly<Record<Method, Parameter>> = {
  model: {
    expected: "a model",
    fits: isModel,
    instead: { "a text": byName, "a provider": ofProvider, "a function": ofProvider },
    write: oneModel,
  },
  provider: {
    expected: "a provider",
    fits: (_value, sort) => holders.includes(sort) || sort === "a provider",
    instead: { "a model": "Write guard.model(model)." },
    write: "Write guard.provider(openai).",
  },
  tools: {
    expected: "an object of tools",
    fits: (value, sort) => typeof value === "object" && holders.includes(sort),
    instead: { "a promise": ofClient, "an MCP client": ofClient },
    write: named,
  },
  agent: {
    expected: "an agent",
    fits: isAgent,
    instead: {},
    write: "Write guard.agent(new ToolLoopAgent({ model, tools })).",
  },
  run: {
    expected: "a function",
    fits: (value, sort) => typeof value === "function" && sort !== "a class",
    instead: { "a promise": `The call began before guard could see it. ${call}` },
    write: call,
  },
};

/** @throws {OptionsError} for an argument that the method can't use: it says what to write instead */
export function check(method: Method, value: unknown, where = `guard.${method}()`): void {
  const { expected, fits, instead, write } = parameters[method];
  const sort = sortOf(value);
  if (!fits(value, sort)) refuse(where, expected, value, instead[sort] ?? write);
}

/** @throws {OptionsError} for what is no tool of the AI SDK */
export function checkTool(name: string, tool: unknown): void {
  if (typeof tool === "object" && tool !== null && !has(tool, "then")) return;
  refuse(`guard.tools(): ${name}`, "a tool", tool, "Write tool({ inputSchema, execute }).");
}

/** @throws {OptionsError} for what gives no breaker */
export function checkGiven(source: unknown): void {
  if (typeof source === "function" || has(source, "breaker") || has(source, "agent")) return;
  const given = sortOf(source) === "an object" ? Object.keys(source as object) : [];
  const options = given.length === 0 ? "budget: { modelCalls: 40 }" : `${given.join(": …, ")}: …`;
  const write = `Write guardAI(createRegistry({ ${options} })).`;
  refuse("guardAI()", "a registry or a breaker", source, write);
}

/** @throws {OptionsError} for options that guardAI does not have */
export function checkOptions(options: unknown): void {
  const sort = sortOf(options);
  if (sort !== "an object") {
    refuse("guardAI(): options", "an object", options, 'Write { agent: "researcher" }.');
  }
  const unknown = Object.keys(options as object).filter((key) => key !== "agent");
  if (unknown.length > 0) {
    throw new OptionsError(
      unknown.map((key) => `guardAI(): ${key}: there is no such option; the only option is agent`),
    );
  }
  checkName("guardAI(): agent", read(options, "agent"));
}

/** @throws {OptionsError} for what is no name of an agent */
export function checkName(where: string, name: unknown): void {
  if (name === undefined || (typeof name === "string" && name !== "")) return;
  refuse(where, "a name", name, 'Write a text such as "researcher".');
}

/** @throws {OptionsError} always */
function refuse(where: string, expected: string, value: unknown, write: string): never {
  throw new OptionsError([`${where}: expected ${expected}, received ${received(value)}. ${write}`]);
}

/** A model's name stands in the error; a longer text may be a prompt. */
function received(value: unknown): string {
  const isName = typeof value === "string" && value.length <= 50 && !value.includes(" ");
  return isName ? JSON.stringify(value) : sortOf(value);
}

function sortOf(value: unknown): string {
  return sorts.find(([, fits]) => fits(value))?.[0] ?? String(value);
}

function isModel(value: unknown): boolean {
  return typeof value === "object" && typeof read(value, "modelId") === "string";
}

function isAgent(value: unknown): boolean {
  return has(value, "generate") && has(value, "stream");
}

/** Whether an object or a function has a method of that name. */
function has(value: unknown, method: string): boolean {
  return typeof read(value, method) === "function";
}
