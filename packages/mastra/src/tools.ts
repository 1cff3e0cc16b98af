import type { Outcome, ToolCall } from "@guard/core";
import { currentScope, read, runTool, type GuardedRun } from "@guard/core/adapter";

type Execute = (input: unknown, options?: ToolOptions) => unknown;

interface ToolOptions {
  readonly toolCallId?: unknown;
  readonly abortSignal?: AbortSignal | undefined;
  readonly resumeData?: unknown;
  readonly suspend?: ((...args: readonly unknown[]) => unknown) | undefined;
}

interface CoreTool {
  readonly execute?: unknown;
  readonly needsApprovalFn?: unknown;
}

const withoutModel =
  "an agent's tools run, but guard saw no model call of the agent. So guard sees neither what the model asks for nor what " +
  "it costs. Does a processor bring in another model? Pass that model to the agent instead.";

/** The guarded tool. Inside a guarded run, a refused call does not run, and the model reads why. */
export function guardTool(name: string, tool: CoreTool, agentId: string): object {
  const { execute } = tool;
  if (typeof execute !== "function") return tool;
  const value: Execute = (input, options) => {
    let isSuspended = false;
    const suspend = (...args: readonly unknown[]) => {
      isSuspended = true;
      return options?.suspend?.(...args);
    };
    const own = options?.suspend === undefined ? options : { ...options, suspend };
    const body = () => (execute as Execute).call(tool, input, own);
    const scope = currentScope();
    if (scope === undefined) return body();
    if (goesOn(scope.run, options?.resumeData)) return body();
    const agent = scope.run.agent(agentId, scope.instance);
    if (!agent.run.isResumed) agent.run.works(agentId, withoutModel);
    const { toolCallId: id, abortSignal: signal } = options ?? {};
    const isNamed = typeof id === "string" && id !== "";
    const call: ToolCall = { kind: "tool", tool: name, args: input, ...(isNamed ? { id } : {}) };
    const outcome = (result: unknown) => (isSuspended ? ignored : toOutcome(result));
    return runTool(agent, call, body, { signal, toOutcome: outcome });
  };
  return Object.create(Object.getPrototypeOf(tool) as object | null, {
    ...Object.getOwnPropertyDescriptors(tool),
    execute: { value, configurable: true, enumerable: true, writable: true },
    // Mastra asks this before each call. The tool's own rule holds until the run is stopped.
    needsApprovalFn: { get: () => (asksHuman() ? always : tool.needsApprovalFn), enumerable: true },
  }) as object;
}

const ignored: Outcome = { status: "ignored" };
const always = () => true;

/** Whether a human decides about the calls of the answer that stopped the run. */
function asksHuman(): boolean {
  const { run } = currentScope() ?? {};
  return run?.stop !== undefined && run.breaker.onTrip === "ask";
}

/** Whether the user resumes a tool, which guard counted when it began. After an approval, a tool only begins. */
function goesOn(run: GuardedRun, resumeData: unknown): boolean {
  const isApproval = run.breaker.onTrip === "ask" && read(resumeData, "approved") !== undefined;
  return resumeData !== undefined && !isApproval && !run.latch.isStopped;
}

/** Mastra returns faults of arguments as a result, and does not throw them. */
function toOutcome(result: unknown): Outcome {
  const isInvalid =
    read(result, "error") === true && read(result, "validationErrors") !== undefined;
  return isInvalid ? { status: "failure", error: result } : { status: "success", result };
}
