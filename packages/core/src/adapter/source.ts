import { insideOf, type Breaker } from "../breaker/breaker.ts";
import { contract, contractOf } from "../breaker/contract.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { received } from "../options/options-schema.ts";
import type { Registry } from "../breaker/registry.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";

/** Where an adapter takes its breaker from: one for each root run, or one that is shared on purpose. */
export type BreakerSource = Registry | Breaker | (() => Breaker);

/** A root run under guard. */
export interface GuardedRun {
  readonly breaker: Breaker;
  /** To be called when the root run ends, however it ends. */
  readonly end: () => void;
}

/**
 * Starts a root run: from a registry with a breaker of its own, which ends with the run; from a
 * breaker, or a function that finds one, with that breaker, whose owner says when its run ends.
 *
 * @param supported the answers to a trip that the adapter can give
 * @param restore what a breaker that a registry makes goes on from
 * @throws {OptionsError} when the breaker's `onTrip` is none of them
 * @throws {SnapshotError} when `restore` can't be restored
 */
export function startRun(
  source: BreakerSource,
  root: string,
  supported: readonly OnTrip[] = ["throw"],
  restore?: Snapshot,
): GuardedRun {
  const run = start(source, root, restore);
  requireOnTrip(run.breaker, supported);
  return run;
}

/**
 * Refuses a breaker whose answer to a trip an adapter can't give.
 *
 * @throws {OptionsError} when the breaker's `onTrip` is none of `supported`
 */
export function requireOnTrip({ onTrip }: Breaker, supported: readonly OnTrip[]): void {
  if (supported.includes(onTrip)) return;
  throw new OptionsError([
    `onTrip: expected one of ${supported.join(", ")} in this framework, received "${onTrip}"`,
  ]);
}

/**
 * Refuses what is no source of breakers, and what another version of this package has made. What a function
 * gives is looked at when it is asked.
 *
 * @throws {OptionsError}
 */
export function checkSource(source: BreakerSource): void {
  if (typeof source === "function") return;
  const isObject = typeof source === "object" && source !== null;
  if (!isObject || !(isRegistry(source) || typeof source.agent === "function")) {
    throw new OptionsError([
      `source: expected a registry, a breaker or a function that gives one, received ${received(source)}`,
    ]);
  }
  checkContract("source", source);
}

function checkContract(path: string, made: object): void {
  const madeBy = contractOf(made);
  if (madeBy === contract) return;
  throw new OptionsError([
    `${path}: expected what this version of @guard/core has made (contract ${contract}), ` +
      `received contract ${received(madeBy)}: is there another version of it in node_modules?`,
  ]);
}

/** Tells that an agent works whose model calls can't be heard: neither tokens nor money of it are known. */
export function tellUnguarded(breaker: Breaker, agent: string): void {
  insideOf(breaker).tell({ type: "unguarded", agent });
}

/** Whether a source makes a breaker of its own for each run. */
export function isRegistry(source: BreakerSource): source is Registry {
  return "breaker" in source && typeof source.breaker === "function";
}

function start(source: BreakerSource, root: string, restore: Snapshot | undefined): GuardedRun {
  if (isRegistry(source)) {
    const breaker = source.breaker({ restore });
    return { breaker, end: () => breaker.endRun() };
  }
  const breaker = typeof source === "function" ? fromFunction(source) : source;
  // What stands for a breaker that is made later may know the end of its run by itself.
  const own: unknown = Reflect.get(breaker, "enter");
  const enter = typeof own === "function" ? (own as () => () => void) : undefined;
  return { breaker, end: enter?.() ?? insideOf(breaker).enter(root) };
}

function fromFunction(source: () => Breaker): Breaker {
  const breaker: unknown = source();
  const isObject = typeof breaker === "object" && breaker !== null;
  if (!isObject || typeof (breaker as Breaker).agent !== "function") {
    throw new OptionsError([`source(): expected a breaker, received ${received(breaker)}`]);
  }
  // An adapter may hand over something that stands for a breaker which is made later.
  if (contractOf(breaker) !== undefined) checkContract("source()", breaker);
  return breaker as Breaker;
}
