import { runTool, type GuardedRun, type LatestAnswers } from "@guard/core/adapter";
import { isAsyncFunction, neverAtOnce } from "./async-function.ts";
import { insideTool } from "./inside-run.ts";
import { letApproved, needsHuman } from "./approval.ts";
import type { CallRuns } from "./call-runs.ts";
import { toStart, type ToolOptions } from "./to-call.ts";

type Execute = (input: unknown, options?: ToolOptions) => unknown;

const withoutModel =
  "guard.tools() is in use without guard.model(), so guard holds no budget and misses loops. " +
  "Write generateText({ model: guard.model(model), tools: guard.tools(tools), … })";

/** The same tool, except that guard decides whether a call runs, and reads its result. */
export function guardTool(
  name: string,
  tool: object,
  answers: LatestAnswers,
  runs: CallRuns,
): object {
  const { execute: own, needsApproval } = tool as Tool;
  if (typeof own !== "function") {
    runs.clientTools.add(name);
    return tool;
  }
  runs.guardedTools.add(name);
  const isAsync = isAsyncFunction(own);
  // Not async: a generator must come back as a generator.
  const begin: Execute = (input, options) => {
    const { call, users, isResumed, answer } = toStart(name, input, options);
    const agent = answers.ofStart(call, users);
    const run = agent.run as GuardedRun;
    runs.begins(run);
    if (isResumed) letApproved(run, call, answer);
    else if (call.id !== undefined) run.works(agent.name, withoutModel);
    const body = () => insideTool(run, () => (own as Execute).call(tool, input, options));
    return runTool(agent, call, body, { signal: options?.abortSignal });
  };
  const execute: Execute = (input, options) => neverAtOnce(isAsync, () => begin(input, options));
  const asks: Execute = (input, options) => {
    const { call, users } = toStart(name, input, options);
    if (needsHuman(answers.ofStart(call, users).run as GuardedRun)) return true;
    return typeof needsApproval === "function"
      ? (needsApproval as Execute).call(tool, input, options)
      : needsApproval === true;
  };
  // A spread would lose the prototype and the properties that are not enumerable: with these the AI SDK marks tools.
  return Object.create(Object.getPrototypeOf(tool) as object | null, {
    ...Object.getOwnPropertyDescriptors(tool),
    execute: { ...shown, value: execute },
    ...(runs.mayAsk ? { needsApproval: { ...shown, value: asks } } : {}),
  }) as object;
}

const shown = { configurable: true, enumerable: true, writable: true };

interface Tool {
  readonly execute?: unknown;
  readonly needsApproval?: unknown;
}
