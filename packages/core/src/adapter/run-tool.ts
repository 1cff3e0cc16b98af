import type { Outcome, ToolCall } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";
import type { Run } from "./run.ts";
import { Scope, within } from "./scope.ts";
import { toFailure } from "./to-failure.ts";

/** How a wrapped tool runs. */
export interface ToolRun {
  /** The caller's signal. After an abort the call counts as `ignored`. */
  readonly signal?: AbortSignal | undefined;
  /** Turns a returned value into an outcome, for frameworks whose tools return their failures. Default: a success. */
  readonly toOutcome?: ((result: unknown) => Outcome) | undefined;
  /**
   * Whether the model will read a refusal. If not, a blocked call runs, and guard counts it as refused. Default:
   * `true`.
   */
  readonly canRefuse?: boolean | undefined;
}

const toSuccess = (result: unknown): Outcome => ({ status: "success", result });

/**
 * Runs a wrapped tool: asks for the call, and settles it before the caller reads the result. Returns what `body`
 * returns (a value, a promise, an async iterable) in the same form, and throws what it throws.
 *
 * @throws {CircuitOpenError} when guard stops the run, or has stopped it: `body` has not run
 * @throws {CallRefusedError} when guard refuses this call: `body` has not run. The error's message is for the model
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
  const told: Told = {
    success: (value) => agent.end(key, toOutcome(value)),
    failure: (error) => agent.end(key, toFailure(error, signal)),
    nothing: () => agent.end(key, { status: "ignored" }),
  };
  let result: T;
  try {
    // Runs that begin inside the tool are children of this run, and agents inside it do the tool's
    // work.
    const tool = agent.hasModel ? { name: call.tool, agent: agent.name } : undefined;
    result = within(run.breaker, new Scope(run, { tool }), body);
  } catch (error) {
    end();
    agent.endSync(key, toFailure(error, signal));
    throw error;
  }
  if (isThenable(result)) return awaited(result, told).finally(end) as T;
  end();
  if (isAsyncIterable(result)) return passedOn(result, told, run) as T;
  agent.endSync(key, toOutcome(result));
  return result;
}

/** Settles a call. */
interface Told {
  readonly success: (value: unknown) => Promise<void>;
  readonly failure: (error: unknown) => Promise<void>;
  readonly nothing: () => Promise<void>;
}

async function awaited(promise: PromiseLike<unknown>, told: Told): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    await told.failure(error);
    throw error;
  }
  await told.success(result);
  return result;
}

/** The last value of a generator is its result. A generator that the reader leaves early counts as `ignored`. */
async function* passedOn(source: AsyncIterable<unknown>, told: Told, run: Run): AsyncGenerator {
  const end = run.beginTool();
  let last: unknown;
  let tell = told.nothing;
  try {
    for await (const part of source) yield (last = part);
    tell = () => told.success(last);
  } catch (error) {
    tell = () => told.failure(error);
    throw error;
  } finally {
    end();
    await tell();
  }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
