import { OptionsError } from "@guard/core";
import { isRegistry, read, received, type BreakerSource } from "@guard/core/adapter";

const has = (value: object, ...methods: readonly string[]) =>
  methods.every((method) => typeof read(value, method) === "function");

/** What users pass in place of an agent, a workflow or a step: its name, and what to write instead. The first that fits counts. */
const mistakes: readonly (readonly [
  named: string,
  is: (value: object) => boolean,
  advice: (call: string) => string,
])[] = [
  [
    "a registry",
    (value) => isRegistry(value as BreakerSource),
    (call) => `The registry is the second argument: write ${call}`,
  ],
  [
    "a breaker",
    (value) => has(value, "agent", "snapshot"),
    (call) => `The breaker is the second argument: write ${call}`,
  ],
  [
    "a promise",
    (value) => has(value, "then", "catch"),
    (call) => `Await the promise, then write ${call}`,
  ],
  [
    "a Mastra instance",
    (value) => has(value, "getAgent", "getWorkflow"),
    () =>
      'Guard its agents and workflows one by one: write guardAgent(mastra.getAgent("…"), registry)',
  ],
  [
    "a workflow",
    (value) => has(value, "createRun"),
    () => "Write guardWorkflow(workflow, registry)",
  ],
  [
    "a run of a workflow",
    (value) => has(value, "start", "resume"),
    () => "Guard the workflow before createRun(): write guardWorkflow(workflow, registry)",
  ],
  [
    "an agent",
    (value) => has(value, "generate", "resolveModelConfig"),
    () => "Write guardAgent(agent, registry)",
  ],
  [
    "an agent of the AI SDK",
    (value) => has(value, "generate") && String(read(value, "version")).startsWith("agent-v"),
    () => "Guard it with @guard/ai-sdk",
  ],
  [
    "an agent of the OpenAI Agents SDK",
    (value) => has(value, "asTool", "getSystemPrompt"),
    () => "Guard it with @guard/openai-agents",
  ],
  [
    "an agent of LangChain",
    (value) => has(value, "invoke", "drawMermaid"),
    () => "Guard it with @guard/langchain",
  ],
  [
    "a graph of LangGraph",
    (value) => has(value, "invoke", "getGraphAsync"),
    () => "Guard it with @guard/langgraph",
  ],
  ["a step", (value) => has(value, "execute"), () => "Write guardStep(step, registry)"],
  [
    "the configuration of an agent",
    (value) => read(value, "model") !== undefined,
    () => "Make the agent first: write guardAgent(new Agent({ … }), registry)",
  ],
];

/**
 * The error for an argument that guard can't guard. It names what was passed and says what to write.
 *
 * @param path the argument's name and what guard expects there: `agent: expected an agent of Mastra`
 * @param call how the call is written
 */
export function cannotGuard(path: string, value: unknown, call: string): OptionsError {
  const isThing = (typeof value === "object" && value !== null) || typeof value === "function";
  const mistake = isThing ? mistakes.find(([, is]) => is(value)) : undefined;
  const [named, , advice] = mistake ?? [received(value), undefined, () => `Write ${call}`];
  return new OptionsError([`${path}, received ${named}. ${advice(call)}`]);
}

/**
 * Refuses a third argument, which would have no effect.
 *
 * @throws {OptionsError} saying where options belong
 */
export function takesNoOptions(call: string, options: unknown): void {
  if (options === undefined) return;
  const fault = `options: ${call} takes no options, received ${received(options)}`;
  throw new OptionsError([`${fault}. Pass options to createRegistry({ … })`]);
}
