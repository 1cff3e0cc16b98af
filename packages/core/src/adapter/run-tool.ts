import type { Outcome, ToolCall } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";
import type { Run } from "./run.ts";

/** How a wrapped tool runs. */
export interface ToolRun {
  /** Aborted where the caller no longer wants the result: then the call says nothing. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs a wrapped tool: asks for the call, and tells what came back before anyone reads it. What `body` returns
 * (a value, a promise, an async iterable) comes back in the same form, and what it throws is thrown.
 *
 * @throws {CircuitOpenError} when the run is, or was, stopped: `body` has not run
 * @throws {CallRefusedError} when this call is refused: `body` has not run, and the message is for the model
 */
export function runTool<T>(
  agent: Agent,
  call: ToolCall,
  body: () => T,
  { signal }: ToolRun = {},
): T {
  const { key, refused } = agent.startSync(call);
  if (refused !== undefined) throw refused;
  const { run } = agent;
  const end = run.beginTool();
  let result: T;
  try {
    result = run.within(body);
  } catch (error) {
    end();
    agent.endSync(key, toFailure(error, signal));
    throw error;
  }
  const settle = (outcome: Outcome) => agent.end(key, outcome);
  if (isThenable(result)) return awaited(result, settle, signal).finally(end) as T;
  end();
  if (isAsyncIterable(result)) return passedOn(result, settle, run, signal) as T;
  agent.endSync(key, { status: "success", result });
  return result;
}

/** An error of a tool or a model. An abort says nothing. */
export function toFailure(error: unknown, signal?: AbortSignal): Outcome {
  const isAborted =
    signal?.aborted === true || (error instanceof Error && error.name === "AbortError");
  return isAborted ? { status: "ignored" } : { status: "failure", error };
}

type Settle = (outcome: Outcome) => Promise<unknown>;

async function awaited(
  promise: PromiseLike<unknown>,
  settle: Settle,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    await settle(toFailure(error, signal));
    throw error;
  }
  await settle({ status: "success", result });
  return result;
}

/** A generator's last value is its result; one that is left before its end says nothing. */
async function* passedOn(
  source: AsyncIterable<unknown>,
  settle: Settle,
  run: Run,
  signal: AbortSignal | undefined,
): AsyncGenerator {
  const end = run.beginTool();
  let outcome: Outcome = { status: "ignored" };
  let last: unknown;
  try {
    for await (const part of source) yield (last = part);
    outcome = { status: "success", result: last };
  } catch (error) {
    outcome = toFailure(error, signal);
    throw error;
  } finally {
    end();
    await settle(outcome);
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
