import { currentScope, type GuardedRun, type Scope } from "@guard/core/adapter";

/** What guard knows of the place in which code runs. */
export interface Place {
  /** The agent that runs here, where `guard.agent` knows it. */
  readonly agent?: string | undefined;
  /** The error that stopped a stream of this place, where the AI SDK does not reject the promises of the stream. */
  stop?: Error;
}

const places = new WeakMap<Scope, Place>();

export function placeOf(scope: Scope): Place {
  return places.get(scope) ?? {};
}

/** Runs code inside a run: guard finds the run from within. */
export function insideRun<T>(
  run: GuardedRun,
  instance: string | undefined,
  place: Place,
  code: () => T,
): T {
  return run.within(() => {
    const scope = currentScope();
    if (scope !== undefined) places.set(scope, place);
    return code();
  }, instance);
}

/**
 * Runs the body of a tool inside its run. Agents in the body are instances of their own, which end with the body. A
 * generator comes back as a generator, and each of its steps runs inside the run.
 */
export function insideTool<T>(run: GuardedRun, body: () => T): T {
  const instance = run.newKey();
  const tool = currentScope()?.tool; // code outside of the tool asks a generator for its steps
  const inside = <R>(step: () => R): R => run.within(step, instance, tool);
  const end = () => run.endInstance(instance);
  const result = inside(body);
  if (result instanceof Promise) void result.then(end, end);
  return isIterable(result) ? (stepped(result, inside, end) as T) : result;
}

async function* stepped(
  source: AsyncIterable<unknown>,
  inside: <R>(step: () => R) => R,
  end: () => void,
): AsyncGenerator {
  const steps = inside(() => source[Symbol.asyncIterator]());
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await inside(() => steps.next());
      isDone = done === true;
      if (isDone) return;
      yield value;
    }
  } finally {
    if (!isDone) await inside(() => steps.return?.());
    end();
  }
}

function isIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.asyncIterator in value;
}
