import type { Outcome, ToolCall } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";
import type { Run } from "./run.ts";
import { Scope, within } from "./scope.ts";

/** How a wrapped tool runs. */
export interface ToolRun {
  /** Aborted where the caller no longer wants the result: then the call says nothing. */
  readonly signal?: AbortSignal | undefined;
  /** What a returned value says, in frameworks whose tools return their failures. Default: the call has succeeded. */
  readonly toOutcome?: ((result: unknown) => Outcome) | undefined;
  /** Whether the model will read a refusal. Where it will not, a blocked call runs and counts as refused. Default: `true`. */
  readonly canRefuse?: boolean | undefined;
}

const toSuccess = (result: unknown): Outcome => ({ status: "success", result });

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
  { signal, toOutcome = toSuccess, canRefuse }: ToolRun = {},
): T {
  const { key, refused } = agent.startSync(call, { canRefuse });
  if (refused !== undefined) throw refused;
  const { run } = agent;
  const end = run.beginTool();
  let result: T;
  try {
    result = within(run.breaker, new Scope(run), body); // runs that begin inside it are its children
  } catch (error) {
    end();
    agent.endSync(key, toFailure(error, signal));
    throw error;
  }
  const settle = (outcome: Outcome) => agent.end(key, outcome);
  if (isThenable(result)) return awaited(result, settle, toOutcome, signal).finally(end) as T;
  end();
  if (isAsyncIterable(result)) return passedOn(result, settle, toOutcome, run, signal) as T;
  agent.endSync(key, toOutcome(result));
  return result;
}

/** An error of a tool or a model. An abort says nothing. */
export function toFailure(error: unknown, signal?: AbortSignal): Outcome {
  const isAborted =
    signal?.aborted === true || (error instanceof Error && error.name === "AbortError");
  return isAborted ? { status: "ignored" } : { status: "failure", error };
}

type Settle = (outcome: Outcome) => Promise<unknown>;
type ToOutcome = NonNullable<ToolRun["toOutcome"]>;

async function awaited(
  promise: PromiseLike<unknown>,
  settle: Settle,
  toOutcome: ToOutcome,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    await settle(toFailure(error, signal));
    throw error;
  }
  await settle(toOutcome(result));
  return result;
}

/** A generator's last value is its result; one that is left before its end says nothing. */
async function* passedOn(
  source: AsyncIterable<unknown>,
  settle: Settle,
  toOutcome: ToOutcome,
  run: Run,
  signal: AbortSignal | undefined,
): AsyncGenerator {
  const end = run.beginTool();
  let outcome: Outcome = { status: "ignored" };
  let last: unknown;
  try {
    for await (const part of source) yield (last = part);
    outcome = toOutcome(last);
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
