import { runTool, type GuardedRun, type LatestAnswers } from "@guard/core/adapter";
import { insideTool } from "./inside-run.ts";
import { toStart, type ToolOptions } from "./to-call.ts";

type Execute = (input: unknown, options?: ToolOptions) => unknown;

const withoutModel =
  "guard.tools() is in use without guard.model(), so guard sees neither loops over tools that don't exist nor what " +
  "the model costs. Guard both: generateText({ model: guard.model(model), tools: guard.tools(tools), … });";

/** The same tool, except that guard is asked before it is executed and told what came back. */
export function guardTool(name: string, tool: object, answers: LatestAnswers): object {
  const own = (tool as { execute?: unknown }).execute;
  if (typeof own !== "function") return tool;
  // Not async: a generator must come back as one.
  const value: Execute = (input, options) => {
    const { call, users, isResumed } = toStart(name, input, options);
    const agent = answers.ofStart(call, users);
    if (call.id !== undefined && !isResumed) agent.run.works(agent.name, withoutModel);
    const execute = () => (own as Execute).call(tool, input, options);
    const body = () => insideTool(agent.run as GuardedRun, name, execute);
    return runTool(agent, call, body, { signal: options?.abortSignal });
  };
  // A spread would lose the prototype and what is not enumerable, which is how the AI SDK marks tools.
  return Object.create(Object.getPrototypeOf(tool) as object | null, {
    ...Object.getOwnPropertyDescriptors(tool),
    execute: { value, configurable: true, enumerable: true, writable: true },
  }) as object;
}
