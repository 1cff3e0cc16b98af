import type { Breaker } from "../breaker/breaker.ts";
import { contract, contractOf } from "../vocabulary/contract.ts";
import type { Registry } from "../breaker/registry.ts";
import { received } from "../options/received.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import { checkArgument } from "./check-argument.ts";
import { hasMethods } from "./has-methods.ts";

/**
 * What you give to an adapter: a registry, which makes a breaker for each run; a breaker, which all runs share; or a
 * function that returns the breaker of the current run.
 *
 * @example
 * const source: BreakerSource = createRegistry({ budget: { usd: 5 } });
 */
export type BreakerSource = Registry | Breaker | (() => Breaker);

/** Whether a source is a registry: then each run has a breaker of its own. */
export function isRegistry(source: BreakerSource): source is Registry {
  return "breaker" in source && typeof source.breaker === "function";
}

const aSource = {
  expected: "a registry, a breaker or a function that gives one",
  fits: (source: unknown) =>
    typeof source === "function" || hasMethods(source, "breaker") || isBreaker(source),
  instead: { "an object": "If the object holds options, write createRegistry(options)." },
  write: "Write createRegistry({ budget: { usd: 5 } }).",
};

/**
 * Checks that a source gives breakers, and that this version of the package has made them. What a function gives is
 * checked later, when guard calls the function.
 *
 * @throws {OptionsError} naming the source by `path`
 */
export function checkSource(source: BreakerSource, path = "source"): void {
  checkArgument(source, { path, ...aSource });
  if (typeof source === "function") return;
  checkContract(path, source);
}

/** The breaker of a source that is a breaker, or a function that returns one. */
export function breakerIn(source: Exclude<BreakerSource, Registry>): Breaker {
  const breaker: unknown = typeof source === "function" ? source() : source;
  if (!isBreaker(breaker)) {
    const what = "the function that you gave to guard must return a breaker";
    throw new OptionsError([`${what}; it returned ${received(breaker)}`]);
  }
  checkContract("source", breaker);
  return breaker;
}

/**
 * The breaker of a run that begins.
 *
 * @param exits the values of `onTrip` that the adapters of this source support
 * @param restore the snapshot from which a breaker of a registry goes on
 * @throws {OptionsError} when the breaker's `onTrip` is not among them
 * @throws {SnapshotError} when `restore` can't be restored
 */
export function breakerFor(
  source: BreakerSource,
  exits: ReadonlySet<OnTrip>,
  restore: Snapshot | undefined,
): Breaker {
  const breaker = isRegistry(source) ? source.breaker({ restore }) : breakerIn(source);
  const { onTrip } = breaker;
  if (exits.has(onTrip)) return breaker;
  const list = new Intl.ListFormat("en-GB", { type: "disjunction" });
  const expected = list.format([...exits].map((exit) => `"${exit}"`));
  throw new OptionsError([`onTrip: expected ${expected} here, received "${onTrip}"`]);
}

function isBreaker(value: unknown): value is Breaker {
  const isObject = typeof value === "object" && value !== null;
  return isObject && !("breaker" in value) && typeof Reflect.get(value, "agent") === "function";
}

function checkContract(path: string, made: object): void {
  const madeBy = contractOf(made);
  if (madeBy === contract) return;
  throw new OptionsError([
    `${path}: another version of @guard/core has made it (contract ${received(madeBy)}; this version has contract ` +
      `${contract}). Find it with \`npm ls @guard/core\``,
  ]);
}
