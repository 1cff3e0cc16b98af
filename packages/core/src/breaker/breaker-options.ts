import type { GuardOptions } from "../options/guard-options.ts";
import { received } from "../options/received.ts";
import { isPlainObject } from "../options/plain-object.ts";
import { unreadable } from "../options/unreadable.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";

/** The options of one breaker: those of a registry, and a name and a snapshot. */
export interface BreakerOptions extends GuardOptions {
  /**
   * The name of the job. guard keeps a trip in the `store` under this name, so a second run of the job is stopped, too.
   *
   * @example
   * const breaker = registry.breaker({ name: "nightly-audit" });
   */
  readonly name?: string | undefined;
  /** Goes on from a snapshot of `breaker.snapshot()`. If the store has a trip under `name`, the stored trip holds. */
  readonly restore?: Snapshot | undefined;
}

const groups = ["recovery", "reservations", "pricing", "ports", "texts"] as const;

/** A breaker's own options over those of its registry. In a group, only the fields that it names change. */
export function optionsOver(options: GuardOptions, own: BreakerOptions): BreakerOptions {
  const grouped = groups.map((group) => [group, merged(options[group], own[group])]);
  return { ...options, ...own, ...Object.fromEntries(grouped) };
}

/** The check of options finds values that are no group. */
function merged(group: object | undefined, own: object | undefined): unknown {
  if (own === undefined) return group;
  if (!isPlainObject(own)) return own;
  try {
    return { ...group, ...own };
  } catch {
    return own;
  }
}

/**
 * A breaker's own options, each read once.
 *
 * @throws {OptionsError} for anything but a plain object: a spread would leave out the names in its prototype
 */
export function ownOptions(given: BreakerOptions): BreakerOptions {
  if (isPlainObject(given)) return copyOf(given);
  const expected = `a plain object such as { name: "nightly-audit", budget: { usd: 5 } }`;
  throw new OptionsError([`options: expected ${expected}, received ${received(given)}`]);
}

function copyOf(given: BreakerOptions): BreakerOptions {
  try {
    return { ...given };
  } catch (cause) {
    throw unreadable("options", cause);
  }
}

/** What is wrong with a name. */
export function nameFaults(name: unknown): readonly string[] {
  if (name === undefined || (typeof name === "string" && name !== "")) return [];
  return [`name: expected a text that is not empty, received ${received(name)}`];
}
