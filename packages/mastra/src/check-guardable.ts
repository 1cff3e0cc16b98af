import { OptionsError } from "@guard/core";
import { checkArgument, hasMethods, read, received, sourceSecond } from "@guard/core/adapter";
import type { Kind, Parameter } from "@guard/core/adapter";

const kinds = [
  ["a Mastra instance", (value) => hasMethods(value, "getAgent", "getWorkflow")],
  ["a workflow", (value) => hasMethods(value, "createRun")],
  ["a run of a workflow", (value) => hasMethods(value, "start", "resume")],
  ["an agent", (value) => hasMethods(value, "generate", "resolveModelConfig")],
  [
    "an agent of the AI SDK",
    (value) =>
      hasMethods(value, "generate") && String(read(value, "version")).startsWith("agent-v"),
  ],
  ["an agent of the OpenAI Agents SDK", (value) => hasMethods(value, "asTool", "getSystemPrompt")],
  ["an agent of LangChain", (value) => hasMethods(value, "invoke", "drawMermaid")],
  ["a graph of LangGraph", (value) => hasMethods(value, "invoke", "getGraphAsync")],
  ["a step", (value) => hasMethods(value, "execute")],
  ["the configuration of an agent", (value) => read(value, "model") !== undefined],
] as const satisfies readonly Kind[];

const instead: Parameter<(typeof kinds)[number][0]>["instead"] = {
  "a Mastra instance":
    'Guard its agents and workflows one by one: write guardAgent(mastra.getAgent("…"), registry).',
  "a workflow": "Write guardWorkflow(workflow, registry).",
  "a run of a workflow":
    "Guard the workflow before createRun(): write guardWorkflow(workflow, registry).",
  "an agent": "Write guardAgent(agent, registry).",
  "an agent of the AI SDK": "Guard it with @guard/ai-sdk.",
  "an agent of the OpenAI Agents SDK": "Guard it with @guard/openai-agents.",
  "an agent of LangChain": "Guard it with @guard/langchain.",
  "a graph of LangGraph": "Guard it with @guard/langgraph.",
  "a step": "Write guardStep(step, registry).",
  "the configuration of an agent":
    "Make the agent first: write guardAgent(new Agent({ … }), registry).",
};

/**
 * Checks the arguments of a function that guards something. The error names what was passed and says what to write.
 *
 * @param call how the call is written: `guardAgent(agent, registry)`
 * @param options a third argument, which would have no effect
 * @throws {OptionsError} for a value that does not fit, and for options: it says where they belong
 */
export function checkGuardable(
  value: unknown,
  parameter: Pick<Parameter, "path" | "expected" | "fits">,
  call: string,
  options: unknown,
): void {
  if (options !== undefined) {
    const fault = `options: ${call} takes no options, received ${received(options)}`;
    throw new OptionsError([`${fault}. Pass options to createRegistry({ … }).`]);
  }
  checkArgument(value, {
    ...parameter,
    kinds,
    instead: { ...sourceSecond(call), ...instead },
    write: `Write ${call}.`,
  });
}
