import { OptionsError } from "@guard/core";
import { read } from "@guard/core/adapter";
import type { Model } from "@openai/agents";
import type { AnyAgent } from "./agent.ts";

/** What people pass, as an error names it. The first kind that fits counts. */
const kinds = [
  ["a registry", (value) => has(value, "breaker")],
  ["a breaker", (value) => has(value, "agent", "snapshot")],
  ["a promise", (value) => has(value, "then")],
  ["the class Runner", isRunnerClass],
  ["the class Agent", (value) => isAgent(read(value, "prototype"))],
  ["a function", (value) => typeof value === "function"],
  ["a runner", isRunner],
  ["an agent", isAgent],
  ["a model of the AI SDK", (value) => has(value, "doGenerate")],
  ["a model", isModel],
  ["a model provider", isProvider],
  ["an MCP server", (value) => has(value, "listTools", "callTool")],
  ["a hand-off", (value) => has(value, "onInvokeHandoff")],
  ["a tool", isTool],
  ["an array", Array.isArray],
  ["an object", (value) => typeof value === "object" && value !== null],
  ["a text", (value) => typeof value === "string"],
] as const satisfies readonly (readonly [string, (value: unknown) => boolean])[];

type Kind = (typeof kinds)[number][0];

/** What a function takes, and what to write where it is given something else. */
interface Parameter {
  readonly expected: string;
  readonly fits: (value: unknown) => boolean;
  readonly write: string;
  readonly instead: Partial<Record<Kind, string>>;
}

const allRuns = "Write guardRunner(Runner, registry), and call run(agent, input) as before.";
const foundByItself = `guard finds it by itself. ${allRuns}`;
const byName = `guard finds the models that you only name. ${allRuns}`;

const parameters = {
  runner: {
    expected: "the class Runner, or a runner",
    fits: (value) => isRunner(value) || isRunnerClass(value),
    write: "Write guardRunner(Runner, registry).",
    instead: {
      "a registry": "The registry is the second argument: write guardRunner(Runner, registry).",
      "a breaker": "The breaker is the second argument: write guardRunner(Runner, breaker).",
      "an agent": allRuns,
      "the class Agent": allRuns,
      "a function": allRuns,
    },
  },
  agent: {
    expected: "an agent",
    fits: isAgent,
    write: 'Write guardAgent(new Agent({ name: "…" })).',
    instead: {
      "a runner": "Write guardRunner(runner, registry).",
      "the class Runner": "Write guardRunner(Runner, registry).",
      "a registry": allRuns,
    },
  },
  model: {
    expected: "a model object",
    fits: isModel,
    write: "Write guardModel(model).",
    instead: {
      "a text": byName,
      "a model of the AI SDK": "Write guardModel(aisdk(model)).",
      "a model provider": "Write guardModelProvider(provider).",
    },
  },
  provider: {
    expected: "a model provider",
    fits: isProvider,
    write: "Write guardModelProvider(new OpenAIProvider()).",
    instead: { "a model": "Write guardModel(model).", "a text": byName },
  },
  tool: {
    expected: "a tool",
    fits: isTool,
    write: "Write guardTool(tool({ name, description, parameters, execute })).",
    instead: {
      "an array": "Write tools.map(guardTool).",
      "an agent": foundByItself,
      "an MCP server": foundByItself,
      "a hand-off": foundByItself,
    },
  },
} satisfies Record<string, Parameter>;

/** @throws {OptionsError} for an argument that the function can't use: the error says what to write instead */
export function check(name: keyof typeof parameters, value: unknown): void {
  const { expected, fits, instead, write }: Parameter = parameters[name];
  if (fits(value)) return;
  const kind = kinds.find(([, is]) => is(value))?.[0];
  const advice = (kind && instead[kind]) ?? write;
  const received = kind === "a text" ? shown(value as string) : (kind ?? String(value));
  throw new OptionsError([`${name}: expected ${expected}, received ${received}. ${advice}`]);
}

/** @throws {OptionsError} for a second argument, which `guardAgent` does not take */
export function checkAlone(second: unknown): void {
  if (second === undefined || typeof second === "number") return; // agents.map(guardAgent)
  throw new OptionsError([`source: guardAgent takes an agent alone. ${allRuns}`]);
}

/** @throws {OptionsError} for what is no model's name */
export function checkName(name: unknown): void {
  if (name === undefined || (typeof name === "string" && name !== "")) return;
  const received = typeof name === "string" ? "an empty text" : typeof name;
  throw new OptionsError([
    `name: expected the name of a model, received ${received}. Write guardModel(model, "gpt-5-mini").`,
  ]);
}

/** Whether the SDK can run it. */
export function isAgent(value: unknown): value is AnyAgent {
  return has(value, "getAllTools", "getEnabledHandoffs");
}

export function isModel(value: unknown): value is Model {
  return has(value, "getResponse") && typeof value === "object";
}

function isProvider(value: unknown): boolean {
  return has(value, "getModel");
}

function isRunner(value: unknown): boolean {
  return has(value, "run") && typeof read(value, "config") === "object";
}

function isRunnerClass(value: unknown): boolean {
  return typeof value === "function" && has(read(value, "prototype"), "run");
}

export function isTool(value: unknown): boolean {
  const type = read(value, "type");
  if (typeof type !== "string" || typeof read(value, "name") !== "string") return false;
  return type !== "function" || has(value, "invoke");
}

function has(value: unknown, ...methods: readonly string[]): boolean {
  return methods.every((method) => typeof read(value, method) === "function");
}

/** A model's name stands in the error. A longer text may be a prompt. */
function shown(text: string): string {
  return text.length <= 50 && !text.includes(" ") ? JSON.stringify(text) : "a text";
}
