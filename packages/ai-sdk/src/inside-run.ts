import { currentScope, type GuardedRun, type Scope } from "@guard/core/adapter";

/** What is under way where code runs. */
export interface Place {
  /** The agent that an agent's wrapper runs. */
  readonly agent?: string | undefined;
  /** What has stopped a stream that was begun here, where the AI SDK does not tell those who wait for it. */
  stop?: Error;
}

const places = new WeakMap<Scope, Place>();

export function placeOf(scope: Scope): Place {
  return places.get(scope) ?? {};
}

/** Runs code in a run, so that guard finds there what it belongs to. */
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
 * Runs the body of a tool. Agents inside it are instances of their own, which end with it. What it returns comes back
 * in the same form: of a generator each step runs there, too.
 */
export function insideTool<T>(run: GuardedRun, body: () => T): T {
  const instance = run.newKey();
  const tool = currentScope()?.tool; // the steps of a generator are asked for from outside
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
