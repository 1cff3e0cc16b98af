import type { Posting } from "../vocabulary/posting.ts";
import type { Call, Outcome, Verdict } from "../vocabulary/call.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";
import type { Override } from "../vocabulary/override.ts";
import type { Stop } from "../vocabulary/stop.ts";
import type { MaybePromise } from "./maybe-promise.ts";

/** What has happened, in one of the ways that a ledger knows. */
type Happened =
  | {
      /** A call was decided about; what is let through is counted and held. */
      readonly type: "decision";
      readonly agent: string;
      readonly call: string;
      readonly kind: Call["kind"];
      /** The tool, the model, or the agent that work is given to. */
      readonly tool: string;
      readonly signature: string;
      readonly verdict: Verdict;
      /**
       * Whether the call was let run. A call that was refused and ran all the same has a second entry that says so, under
       * the name by which it settles.
       */
      readonly executed: boolean;
      readonly rule?: string | undefined;
    }
  | {
      /** A call came back: what was held gives way to what it has cost. */
      readonly type: "settlement";
      readonly call: string;
      /** `released`: it was never made, and what was held is given back. */
      readonly status: Outcome["status"] | "released";
    }
  | { readonly type: "trip"; readonly report: TripReport; readonly observed: boolean }
  | { readonly type: "override"; readonly override: Override }
  /** Runs of a registry were stopped by hand. `run` is empty where the stop is not for a single one. */
  | { readonly type: "stop"; readonly stop: Stop }
  | {
      readonly type: "stop-lifted";
      readonly stop: Stop;
      readonly by: string;
      readonly why: string;
    }
  /** A run goes on from a snapshot: the balances posted here replace those before. */
  | { readonly type: "restored" }
  /** A run is over: its own accounts are closed. */
  | { readonly type: "run-ended" }
  /** What older entries, which are no longer kept, add up to. */
  | { readonly type: "carried-forward" };

/** One entry. Names, counts, amounts and hashes; never arguments, results or prompts. */
export type LedgerEntry = Happened & {
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What it has changed in accounts. Balances are what these add up to. */
  readonly postings: readonly Posting[];
};

/** Which entries are asked for; all that is given must hold. */
export interface LedgerQuery {
  readonly run?: string | undefined;
  /** Entries that have changed this account, such as `user:42`. */
  readonly account?: string | undefined;
  readonly type?: LedgerEntry["type"] | undefined;
  /** From this moment on, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Before this moment. */
  readonly until?: number | undefined;
}

/**
 * Where every decision, settlement, trip and override is written down. Entries are never changed. What it
 * throws is told as a `port-error` event, and nothing else changes.
 *
 * Constructing one writes nothing; entries of one `append` are kept in their order, all or none.
 */
export interface Ledger {
  append(entries: readonly LedgerEntry[]): MaybePromise<void>;
  /** The entries that were asked for, the oldest first. */
  read(query: LedgerQuery): MaybePromise<readonly LedgerEntry[]>;
}
