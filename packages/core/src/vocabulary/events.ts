import type { Finding } from "./call.ts";
import type { Override } from "./override.ts";
import type { Stop } from "./stop.ts";
import type { TripReport } from "./trip-report.ts";

/** How the circuit reads from outside. */
export type CircuitStatus = "closed" | "open" | "half-open" | "forced-open" | "forced-closed";

interface Base {
  /** The breaker's name, or the id it was given. */
  readonly run: string;
  /** Milliseconds since the epoch, from the Clock port. */
  readonly at: number;
}

interface Observable extends Base {
  /** Guard only observes: this is what it would have done. */
  readonly observed: boolean;
}

/** Guard is placed where it can't do what it is there for. Also a line on the console, once a process and kind. */
interface Misplaced extends Base {
  readonly agent: string;
  /** What is wrong, and the line to write instead. */
  readonly advice: string;
}

/** A call that a rule has something to say about. */
interface Found extends Observable {
  readonly finding: Finding;
}

/**
 * Everything a breaker tells, by name. Events go out after the state has changed and in order; they
 * hold names, counts and hashes, never arguments or results.
 */
export interface GuardEvents {
  /** A call was allowed, and the model should be told. */
  readonly warn: Found;
  /** A call was refused; the run goes on. */
  readonly block: Found & {
    /**
     * Whether the call ran all the same: guard only observes, or the framework has no place for a refusal. Then it
     * counts as refused.
     */
    readonly executed: boolean;
  };
  /** The run was stopped. */
  readonly trip: Observable & { readonly report: TripReport };
  /** A call was refused because the run had been stopped before. */
  readonly deny: Found;
  /** A human or an adapter has overridden the breaker. */
  readonly override: Base & { readonly override: Override };
  /** A human has stopped runs of a registry. `run` is empty where the stop is not for a single one. */
  readonly stop: Base & { readonly stop: Stop };
  /** A human has lifted such a stop. */
  readonly "stop-lifted": Base & {
    readonly stop: Stop;
    readonly by: string;
    readonly why: string;
  };
  /** A call was let through although the run had been stopped. */
  readonly granted: Base & {
    readonly kind: "tool" | "model" | "delegation";
    readonly by: string;
    readonly why: string;
  };
  /** The circuit has moved. */
  readonly transition: Observable & {
    readonly from: CircuitStatus;
    readonly to: CircuitStatus;
    readonly generation: number;
  };
  /** A result came back after the circuit had moved on; only its cost was booked. */
  readonly "stale-result": Base & { readonly agent: string };
  /** A reported cost was NaN, infinite or negative and was not booked. */
  readonly "bad-usage": Base & { readonly field: string };
  /** A budget has reached the share of its limit that `alertAt` names; once per window. */
  readonly "budget-alert": Base & {
    readonly account: string;
    readonly ceiling: string;
    readonly limit: number;
    readonly used: number;
  };
  /** A model answer came without a report of its tokens; guard booked its estimate. */
  readonly "missing-usage": Base & { readonly model: string | undefined };
  /** A model answer has an unknown price; `pricing.unknown` says how guard booked it. */
  readonly unpriced: Base & { readonly model: string | undefined };
  /** Two root runs at once use a breaker that was not declared `shared`. */
  readonly "shared-run": Misplaced;
  /** An agent works, and guard hears of its tools or of its models alone. */
  readonly unguarded: Misplaced;
  /** Two registries or breakers guard one run: each call counts in both. */
  readonly "guarded-twice": Misplaced;
  /** A function that finds the breaker of a run gave another one in the middle of it. */
  readonly "breaker-per-call": Misplaced;
  /** A hook that can't wait asked before the store had answered: judged with what was known. */
  readonly "judged-locally": Base;
  /** The run is over, and the ledger has closed its accounts. */
  readonly "run-ended": Base;
  /** What was given to guard (a store, a ledger, prices, a recorder, a checkpointer, texts) has thrown or took too long. Guard went on without it. */
  readonly "port-error": Base & {
    readonly port:
      | "store"
      | "price"
      | "tokens"
      | "record"
      | "usage"
      | "ledger"
      | "checkpointer"
      | "texts";
    readonly error: unknown;
  };
  /** A listener has thrown; it changed nothing. */
  readonly "listener-error": Base & { readonly event: EventName; readonly error: unknown };
}

export type EventName = keyof GuardEvents;

/** An event with its name. */
export type GuardEvent = {
  [Name in EventName]: GuardEvents[Name] & { readonly type: Name };
}[EventName];

/** An event before it is known whose and when. */
export type EventDraft = GuardEvent extends infer Event
  ? Event extends GuardEvent
    ? Omit<Event, "run" | "at">
    : never
  : never;

/** Hears the events of one name, or with `"*"` every event. */
export type Listener<Name extends EventName | "*"> = (
  event: Name extends "*" ? GuardEvent : Extract<GuardEvent, { type: Name }>,
) => unknown;
