import type { GuardOptions } from "../options/guard-options.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";

/** Options of one breaker. */
export interface BreakerOptions extends GuardOptions {
  /** Names the job: a trip is kept in the store under it, so that a re-run fails closed too. */
  readonly name?: string | undefined;
  /** Goes on from a snapshot. Where a store knows the name as well, the store's latch wins. */
  readonly restore?: Snapshot | undefined;
}
