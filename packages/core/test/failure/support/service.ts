import type { FailureCircuit } from "../../../src/failure/failure-circuit.ts";
import type { FailureCircuitOptions } from "../../../src/failure/circuit-options.ts";
import { createRegistry, type Registry } from "../../../src/breaker/registry.ts";
import type { GuardOptions } from "../../../src/options/guard-options.ts";
import type { GuardEvent } from "../../../src/vocabulary/events.ts";
import { manualClock, type ManualClock } from "../../support/clock.ts";

export const minute = 60_000;

/** A failure circuit on a clock of its own, without chance, and what it tells. */
export interface Service {
  readonly registry: Registry;
  readonly circuit: FailureCircuit;
  readonly clock: ManualClock;
  readonly events: GuardEvent[];
  /** The names of the events since they were last read, without the prefix. */
  readonly told: () => string[];
  /** Makes a call that succeeds. Returns its result, or the error of a refusal. */
  readonly works: () => Promise<unknown>;
  /** Makes a call that fails. Returns its error, or that of a refusal. */
  readonly fails: (error?: unknown) => Promise<unknown>;
}

export function service(
  options: FailureCircuitOptions = {},
  given: GuardOptions = {},
  clock = manualClock(),
): Service {
  const registry = createRegistry({
    ...given,
    ports: { clock, random: () => 0, ...given.ports },
  });
  const events: GuardEvent[] = [];
  registry.on("*", (event) => events.push(event));
  const circuit = registry.circuit("openai", options);
  let read = 0;
  const told = () => {
    const names = events.slice(read).map(({ type }) => type.replace("circuit-", ""));
    read = events.length;
    return names;
  };
  const works = () => circuit.call(() => "fine").catch((error: unknown) => error);
  const fails = (thrown: unknown = new Error("503")) =>
    circuit.call(() => Promise.reject(thrown as Error)).catch((caught: unknown) => caught);
  return { registry, circuit, clock, events, told, works, fails };
}

/** A call that the test lets come back later. */
export function later<T>(): {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((resolved, rejected) => {
    resolve = resolved;
    reject = rejected;
  });
  return { promise, resolve, reject };
}
