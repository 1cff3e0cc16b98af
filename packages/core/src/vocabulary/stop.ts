import type { Force } from "./override.ts";

/** Which runs a stop is for: all that is named must hold. Where nothing is named it is for every run. */
export interface StopSelector {
  /** A breaker's id or name, as errors, events and the ledger tell it. */
  readonly run?: string;
  readonly session?: string;
  readonly user?: string;
  readonly app?: string;
  readonly organisation?: string;
}

/** A human's word over the runs of a registry: those under way are stopped, and no other starts. */
export interface Stop extends Force {
  readonly of: StopSelector;
}
