import type { Force } from "./override.ts";

/**
 * Which runs to stop: those that match every id you name. `{}` stops every run of the registry.
 *
 * @example
 * registry.stop({ user: "42" }, { by: "ops", why: "runaway agents" });
 */
export interface StopSelector {
  /** The `run` of an event, an error's report or a ledger entry: a breaker's name or id. */
  readonly run?: string;
  readonly session?: string;
  readonly user?: string;
  readonly app?: string;
  readonly organisation?: string;
}

/** A stop as events and the ledger show it. */
export interface Stop extends Force {
  readonly of: StopSelector;
}
