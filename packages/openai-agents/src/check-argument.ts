import { OptionsError } from "@guard/core";
import { checkArgument, hasMethods, read, sourceSecond } from "@guard/core/adapter";
import type { Kind, Parameter } from "@guard/core/adapter";
import { isAgent, isModel, isProvider, isRunner, isRunnerClass, isTool } from "./sdk-objects.ts";

const kinds = [
  ["the class Runner", isRunnerClass],
  ["the class Agent", (value) => isAgent(read(value, "prototype"))],
  ["a runner", isRunner],
  ["an agent", isAgent],
  ["a model of the AI SDK", (value) => hasMethods(value, "doGenerate")],
  ["a model", isModel],
  ["a model provider", isProvider],
  ["an MCP server", (value) => hasMethods(value, "listTools", "callTool")],
  ["a hand-off", (value) => hasMethods(value, "onInvokeHandoff")],
  ["a tool", isTool],
] as const satisfies readonly Kind[];

type Argument = "runner" | "agent" | "model" | "provider" | "tool";
type Own = Parameter<(typeof kinds)[number][0]>;

const allRuns = "Write guardRunner(Runner, registry), and call run(agent, input) as before.";
const foundByItself = `guard finds it by itself. ${allRuns}`;
const byName = `guard finds the models that you only name. ${allRuns}`;

const parameters: Readonly<Record<Argument, Omit<Own, "path">>> = {
  runner: {
    expected: "the class Runner, or a runner",
    fits: (value) => isRunner(value) || isRunnerClass(value),
    write: "Write guardRunner(Runner, registry).",
    instead: {
      ...sourceSecond("guardRunner(Runner, registry)"),
      "a promise": "Write guardRunner(await runner, registry).",
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
};

/** @throws {OptionsError} for an argument that the function can't use: the error says what to write instead */
export function check(name: Argument, value: unknown): void {
  checkArgument(value, { path: name, kinds, ...parameters[name] });
}

/** @throws {OptionsError} for a second argument, which `guardAgent` does not take */
export function checkAlone(second: unknown): void {
  if (second === undefined || typeof second === "number") return; // agents.map(guardAgent)
  throw new OptionsError([`source: guardAgent takes an agent alone. ${allRuns}`]);
}
