import {
  createRegistry,
  findCircuitOpen,
  type Breaker,
  type Call,
  type CircuitOpenError,
  type GuardEvent,
  type GuardOptions,
  type Outcome,
  type Registry,
} from "@guard/core";
import { afterEach, beforeEach, vi } from "vitest";
import { GuardCallbackHandler } from "../../src/index.ts";

const eventNames = ["warn", "block", "trip", "deny", "shared-run", "run-ended"] as const;

export interface Guarded {
  readonly registry: Registry;
  readonly handler: GuardCallbackHandler;
  /** What the registry's breakers have told, in order. */
  readonly events: GuardEvent[];
}

/** A handler over a registry, and everything that its breakers tell. */
export function guarded(options: GuardOptions = {}): Guarded {
  const registry = createRegistry(options);
  return { registry, handler: new GuardCallbackHandler(registry), events: listen(registry) };
}

export function listen(source: Pick<Registry, "on">): GuardEvent[] {
  const events: GuardEvent[] = [];
  for (const name of eventNames) source.on(name, (event) => events.push(event));
  return events;
}

export interface Overheard {
  /** Every call that was asked for, in order. */
  readonly asked: Call[];
  /** Every outcome that was told, in order, without the text of answers. */
  readonly told: Outcome[];
}

/** Listens to what the adapter says to a breaker. */
export function overhear(breaker: Breaker): Overheard {
  const asked: Call[] = [];
  const told: Outcome[] = [];
  const agent = breaker.agent.bind(breaker);
  vi.spyOn(breaker, "agent").mockImplementation((...names) => {
    const lane = agent(...names);
    const [admit, settle] = [lane.admit.bind(lane), lane.settle.bind(lane)];
    lane.admit = (calls, options) => {
      asked.push(...calls);
      return admit(calls, options);
    };
    lane.settle = (token, outcome) => {
      told.push(withoutText(outcome));
      return settle(token, outcome);
    };
    return lane;
  });
  return { asked, told };
}

/** How a run ended: with a result, or with an error and what guard says about it. */
export interface Ending<T> {
  readonly result: T | undefined;
  readonly error: unknown;
  readonly stop: CircuitOpenError | undefined;
}

/** Waits for the end of a run, and for whatever it left running behind it. */
export async function ending<T>(run: () => Promise<T>): Promise<Ending<T>> {
  try {
    const result = await run();
    return { result, error: undefined, stop: undefined };
  } catch (error) {
    return { result: undefined, error, stop: findCircuitOpen(error) };
  } finally {
    await drained();
  }
}

/** Everything that was ready to run has run. */
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

/** Rejections that nobody has handled during the current test. */
export const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => void unhandled.push(reason);

/** What LangChain prints when guard stops a run, and when its own event stream hears of that twice. */
const expectedLine = /^Error in handler (?:GuardCallbackHandler|EventStreamCallbackHandler)/;

/**
 * LangChain prints a line for every error that a handler throws. Stopping a run is throwing, so in
 * these tests the line says nothing; all other output stays.
 */
export function quietHandlerErrors(): void {
  beforeEach(() => {
    for (const method of ["error", "warn"] as const) {
      const print = console[method].bind(console);
      vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => {
        if (!expectedLine.test(String(parts[0]))) print(...parts);
      });
    }
    unhandled.length = 0;
    process.on("unhandledRejection", noteUnhandled);
  });
  afterEach(() => {
    process.off("unhandledRejection", noteUnhandled);
    vi.restoreAllMocks();
  });
}

function withoutText(outcome: Outcome): Outcome {
  if (outcome.status !== "success") return outcome;
  const { result: _, ...told } = outcome;
  return told;
}
