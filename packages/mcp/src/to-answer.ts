import { CircuitOpenError, type Outcome } from "@guard/core";
import { read, toFailure, type Agent, type Starting, textsOf } from "@guard/core/adapter";

/** Asks guard for a tool call, by the parameters of its request. */
export type Ask = (params: unknown) => Promise<Asked>;

/** A tool call, guard's verdict on it, and who has asked. */
export interface Asked extends Starting {
  readonly agent: Agent;
}

/**
 * What stands in place of the result of a refused call: MCP tells so of failures that the model shall read.
 *
 * @throws {CircuitOpenError} where the run is stopped, and ends with that
 */
export function toRefused({ agent, refused }: Asked): object {
  const isStop = CircuitOpenError.isInstance(refused);
  if (isStop && agent.run.breaker.onTrip === "throw") throw refused;
  const text = isStop ? textsOf(agent.run).notRun(refused.report) : refused?.message;
  return { isError: true, content: [{ type: "text", text }] };
}

/** The result with guard's warning below it, where there is one. `structuredContent` stays as it is. */
export function withWarning(result: unknown, { agent, decision }: Asked): unknown {
  const { verdict, findings } = decision;
  const content = read(result, "content");
  const [finding] = findings;
  if (verdict !== "warn" || finding === undefined || !Array.isArray(content)) return result;
  const note = { type: "text", text: textsOf(agent.run).warned(finding) };
  return { ...(result as object), content: [...(content as unknown[]), note] };
}

/** How a call has ended that has no result. A deadline in the shape of a signal is no abort. */
export function toUnanswered(error: unknown, signal: AbortSignal | undefined): Outcome {
  const isTimeout = read(signal?.reason, "name") === "TimeoutError";
  return toFailure(error, isTimeout ? undefined : signal);
}

/** The signal among the arguments of a method: their order differs between versions of the SDK. */
export function signalIn(args: readonly unknown[]): AbortSignal | undefined {
  const signals = args.map((arg) => read(arg, "signal"));
  return signals.find((signal) => signal instanceof AbortSignal);
}
