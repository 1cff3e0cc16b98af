import type { Decision, Outcome } from "@guard/core";
import { isRefused, type Run } from "./run.ts";
import { toFailure } from "./to-outcome.ts";

interface Options {
  readonly toolCallId?: unknown;
  readonly abortSignal?: AbortSignal | undefined;
}
type Execute = (input: unknown, options?: Options) => unknown;

/** The same tool, except that guard is asked before it is executed and told what came back. */
export function guardTool(name: string, tool: object, runNow: () => Run): object {
  const execute = (tool as { execute?: unknown }).execute;
  if (typeof execute !== "function") return tool;
  // Not async: a generator must come back as one.
  const value: Execute = (input, options) => {
    const run = runNow();
    const decision = run.start({ toolName: name, input, toolCallId: options?.toolCallId });
    if (isRefused(decision)) throw run.lane.toError(decision);
    const made = () => (execute as Execute).call(tool, input, options);
    return reported(run, decision, made, options?.abortSignal);
  };
  // A spread would lose the prototype and what is not enumerable, which is how the AI SDK marks tools.
  return Object.create(Object.getPrototypeOf(tool) as object | null, {
    ...Object.getOwnPropertyDescriptors(tool),
    execute: { value, configurable: true, enumerable: true, writable: true },
  }) as object;
}

/** What `execute` returns, in the form in which it does; guard is told before anybody reads it. */
function reported(
  run: Run,
  { token }: Decision,
  execute: () => unknown,
  signal: AbortSignal | undefined,
): unknown {
  const settle = (outcome: Outcome) => run.lane.settle(token, outcome);
  const end = run.begin();
  let result: unknown;
  try {
    result = execute();
  } catch (error) {
    end();
    run.lane.settleSync(token, toFailure(error, signal));
    throw error;
  }
  if (isThenable(result)) return awaited(result, settle, signal).finally(end);
  end();
  if (isAsyncIterable(result)) return passedOn(result, run, settle, signal);
  run.lane.settleSync(token, { status: "success", result });
  return result;
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
  run: Run,
  settle: Settle,
  signal: AbortSignal | undefined,
): AsyncGenerator {
  const end = run.begin();
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
