// Runs an agent of any framework to its end, and shows how the run ended.
import {
  createRegistry,
  findCircuitOpen,
  type BreakerSource,
  type CircuitOpenError,
  type GuardEvent,
  type Registry,
} from "@guard/core";

/** All events of the breakers, in order. */
export function listen(source: Pick<Registry, "on">): GuardEvent[] {
  const events: GuardEvent[] = [];
  source.on("*", (event) => events.push(event));
  return events;
}

/** How a run ended: with a result, or with an error and what guard says about it. */
export interface Ending<T> {
  readonly result: T | undefined;
  readonly error: unknown;
  readonly stop: CircuitOpenError | undefined;
}

/** Waits for the end of a run, and of the work that it left behind. */
export async function ending<T>(run: () => PromiseLike<T>): Promise<Ending<T>> {
  try {
    const result = await run();
    return { result, error: undefined, stop: undefined };
  } catch (error) {
    return { result: undefined, error, stop: findCircuitOpen(error) };
  } finally {
    await drained();
  }
}

/** Lets all work run that is ready to run. */
async function drained(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Reads a stream to its end. */
export async function readAll<T>(
  stream: AsyncIterable<T> | Promise<AsyncIterable<T>>,
): Promise<T[]> {
  const chunks: T[] = [];
  for await (const chunk of await stream) chunks.push(chunk);
  return chunks;
}

/** Sources that pass every check, but can begin no run: only a call shows what is wrong. */
export const sourcesWithoutRun: readonly (readonly [name: string, source: BreakerSource])[] = [
  ["a function that returns nothing", () => undefined as never],
  [
    "a registry whose limit names a missing account",
    createRegistry({ limits: { user: { usd: 1 } } }),
  ],
];
