import type { Posting } from "../vocabulary/posting.ts";
import type { Accounts } from "../vocabulary/accounts.ts";
import type { Call, Outcome, Verdict } from "../vocabulary/call.ts";
import type { ToolPolicy } from "../vocabulary/tool-policy.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";
import type { Override } from "../vocabulary/override.ts";
import type { Stop } from "../vocabulary/stop.ts";
import type { MaybePromise } from "./maybe-promise.ts";

/** Where a call stands in its run, and a hash of its input. */
export interface CallDetails {
  /** The session of the run: `accounts.session`. */
  readonly session?: string;
  /** Who pays for the run. */
  readonly accounts?: Accounts;
  /** The agent's conversation. */
  readonly lane: string;
  /** The number of the user's message, from 1 on. */
  readonly turn: number;
  /** How many of the lane's answers have asked for calls, this one included. 0 before the first. */
  readonly round: number;
  /** How guard judges repeats of the call. A model has no policy: `unknown`. */
  readonly policy: ToolPolicy;
  /** The hash of the arguments, the task or the prompt, with their keys in any order. Only in a ledger that you give. */
  readonly inputHash?: string;
}

/** What a call has used, how long it took, and hashes of its result. Hashes are absent if guard does not know the result. */
export interface ResultDetails {
  /** The tokens of the request, with those from a cache. Absent if guard does not know them. */
  readonly inputTokens?: number;
  /** How many of `inputTokens` came from a cache. */
  readonly cachedInputTokens?: number;
  /** How many of `inputTokens` were written to a cache. */
  readonly cacheWriteTokens?: number;
  /** The tokens of the answer. */
  readonly outputTokens?: number;
  /** What the call has cost, in billionths of a USD. */
  readonly nanoUsd: number;
  /** From the decision to the settlement. Absent if another process began the call. */
  readonly durationMs?: number;
  /** The hash of the result as it came. Only in a ledger that you give. */
  readonly outputHash?: string;
  /** The hash of the result without times, ids and counters. Only in a ledger that you give. */
  readonly maskedOutputHash?: string;
}

/** What an entry tells. */
type Happened =
  | ({
      /** guard decided about a call. It counts a call that it allows, and holds what the call will cost. */
      readonly type: "decision";
      readonly agent: string;
      readonly call: string;
      readonly kind: Call["kind"];
      /** The tool, the model, or the agent that gets the work. */
      readonly tool: string;
      readonly signature: string;
      readonly verdict: Verdict;
      /**
       * Whether the call may run. A refused call that ran all the same has a second entry, whose `call` is the one in its
       * settlement.
       */
      readonly executed: boolean;
      readonly rule?: string | undefined;
    } & Partial<CallDetails>)
  | ({
      /** A call came back. guard books what it has cost, and holds nothing for it any more. */
      readonly type: "settlement";
      readonly call: string;
      /** `released`: your code did not make the call, and guard holds nothing for it any more. */
      readonly status: Outcome["status"] | "released";
    } & Partial<ResultDetails>)
  | { readonly type: "trip"; readonly report: TripReport; readonly observed: boolean }
  | { readonly type: "override"; readonly override: Override }
  /** A human stopped runs of a registry. `run` is empty unless the stop names one run. */
  | { readonly type: "stop"; readonly stop: Stop }
  | {
      readonly type: "stop-lifted";
      readonly stop: Stop;
      readonly by: string;
      readonly why: string;
    }
  /** A human reset the breaker: the circuit is closed, and no override holds any more. */
  | { readonly type: "reset"; readonly by: string; readonly why: string }
  /** A run goes on from a snapshot. The balances in this entry replace those before. */
  | { readonly type: "restored" }
  /** A run has ended, and its own accounts are closed. */
  | { readonly type: "run-ended" }
  /**
   * The three answers that define when the work of a session is done, in the user's own words. `run` is empty.
   */
  | {
      readonly type: "spec";
      readonly session: string;
      /** What the work does. */
      readonly does: string;
      /** What the work does not do. */
      readonly doesNot: string;
      /** What done looks like, in one sentence. */
      readonly done: string;
    }
  /** A reviewer has read the frame of a session, and attests it. `run` is empty. */
  | {
      readonly type: "attestation";
      readonly session: string;
      /** The SHA-256 of the frame that the reviewer has read, in hexadecimal. */
      readonly frame: string;
      readonly reviewer: string;
      /** The reviewer's own words. */
      readonly notes?: string;
    }
  /** The sum of older entries that the ledger no longer keeps. */
  | { readonly type: "carried-forward" };

/**
 * One entry of the ledger. It holds names, counts, amounts and hashes, never arguments, results or prompts. Its
 * only free text is what people write for the ledger: a spec, the notes of an attestation, and the `why` of an override,
 * a stop or a reset.
 */
export type LedgerEntry = Happened & {
  /** The breaker's name or id. */
  readonly run: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  /** How the entry changes balances. */
  readonly postings: readonly Posting[];
};

/**
 * Which entries to return: those that match every field.
 *
 * @example
 * const trips = await registry.ledger.entries({ type: "trip", since: Date.now() - 86_400_000 });
 */
export interface LedgerQuery {
  readonly run?: string | undefined;
  /** Entries that changed this account, such as `user:42`. */
  readonly account?: string | undefined;
  readonly type?: LedgerEntry["type"] | undefined;
  /** From this moment on, in milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** Before this moment, in milliseconds since the epoch. */
  readonly until?: number | undefined;
}

/**
 * Keeps every decision, cost, trip and override. guard adds entries and never changes them. If a ledger throws, guard emits
 * a `port-error` event and goes on.
 *
 * A ledger that you write yourself must write nothing when it is constructed. It must keep the entries of one `append` in
 * their order, all or none.
 */
export interface Ledger {
  /** Adds entries: all, or none if it throws. */
  append(entries: readonly LedgerEntry[]): MaybePromise<void>;
  /** Returns the entries that match, the oldest first. */
  read(query: LedgerQuery): MaybePromise<readonly LedgerEntry[]>;
}
