import { CircuitOpenError, type Outcome } from "@guard/core";
import { read, toFailure, type Agent, type Starting, textsOf } from "@guard/core/adapter";

/** Asks guard for a tool call, by the parameters of its request. */
export type Ask = (params: unknown) => Promise<Asked>;

/** A tool call, guard's verdict on it, and the agent that has asked. */
export interface Asked extends Starting {
  readonly agent: Agent;
}

/**
 * The result of a refused call. MCP has `isError` for failures that the model should read.
 *
 * @throws {CircuitOpenError} if the run is stopped, unless `onTrip` is `"finish"`
 */
export function toRefused({ agent, refused }: Asked): object {
  const isStop = CircuitOpenError.isInstance(refused);
  if (isStop && agent.run.breaker.onTrip === "throw") throw refused;
  const text = isStop ? textsOf(agent.run).notRun(refused.report) : refused?.message;
  return { isError: true, content: [{ type: "text", text }] };
}

/** The result, with guard's warning below it if there is one. `structuredContent` stays as it is. */
export function withWarning(result: unknown, { agent, decision }: Asked): unknown {
  const { verdict, findings } = decision;
  const content = read(result, "content");
  const [finding] = findings;
  if (verdict !== "warn" || finding === undefined || !Array.isArray(content)) return result;
  const note = { type: "text", text: textsOf(agent.run).warned(finding) };
  return { ...(result as object), content: [...(content as unknown[]), note] };
}

/** The outcome of a call without a result. A signal that is a deadline is no abort. */
export function toUnanswered(error: unknown, signal: AbortSignal | undefined): Outcome {
  const isTimeout = read(signal?.reason, "name") === "TimeoutError";
  return toFailure(error, isTimeout ? undefined : signal);
}

/** The signal among the arguments of a method: their order differs between versions of the SDK. */
export function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  const signals = args.map((arg) => read(arg, "signal"));
  return signals.find((signal) => signal instanceof AbortSignal);
}
