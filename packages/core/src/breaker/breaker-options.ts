import type { GuardOptions } from "../options/guard-options.ts";
import { received } from "../options/options-schema.ts";
import { isPlainObject } from "../options/plain-object.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";

/** Options of one breaker. */
export interface BreakerOptions extends GuardOptions {
  /** Names the job: a trip is kept in the store under it, so that a re-run fails closed too. */
  readonly name?: string | undefined;
  /** Goes on from a snapshot. Where a store knows the name as well, the store's latch wins. */
  readonly restore?: Snapshot | undefined;
}

const groups = ["recovery", "reservations", "pricing", "ports", "texts"] as const;

/** A breaker's own options over those of its registry: of a group only what it names is another. */
export function optionsOver(options: GuardOptions, own: BreakerOptions): BreakerOptions {
  const grouped = groups.map((group) => [group, merged(options[group], own[group])]);
  return { ...options, ...own, ...Object.fromEntries(grouped) };
}

/** The check of options finds values that are no group. */
function merged(group: object | undefined, own: object | undefined): unknown {
  if (own === undefined) return group;
  return isPlainObject(own) ? { ...group, ...own } : own;
}

/**
 * A breaker's own options, each read once.
 *
 * @throws {OptionsError} for what is no plain object: a spread would leave out what stands in its prototype
 */
export function ownOptions(given: BreakerOptions): BreakerOptions {
  if (isPlainObject(given)) return { ...given };
  throw new OptionsError([`options: expected a plain object, received ${received(given)}`]);
}

/** What is wrong with a name. */
export function nameFaults(name: unknown): readonly string[] {
  if (name === undefined || (typeof name === "string" && name !== "")) return [];
  return [`name: expected a text that is not empty, received ${received(name)}`];
}
