import type { Finding } from "./call.ts";
import type { CircuitRefusal, FailureCircuitState } from "./circuit-refusal.ts";
import type { Override } from "./override.ts";
import type { Stop } from "./stop.ts";
import type { TripReport } from "./trip-report.ts";

/**
 * The state of a circuit.
 *
 * - `closed`: calls run
 * - `open`: the run is stopped
 * - `half-open`: the cooldown is over, and guard lets one round try again
 * - `forced-open`, `forced-closed`: an override holds
 */
export type CircuitStatus = "closed" | "open" | "half-open" | "forced-open" | "forced-closed";

interface Base {
  /** The breaker's name, or its id. */
  readonly run: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
}

interface Observable extends Base {
  /** `true` in the mode `observe`: guard has done nothing, and says what it would have done. */
  readonly observed: boolean;
}

/** guard is in the wrong place. The first event of each kind in a process is also a line on the console. */
interface Misplaced extends Base {
  readonly agent: string;
  /** The mistake, and the line to write instead. */
  readonly advice: string;
}

/** A failure circuit has something to tell. It belongs to no run: `run` is empty. */
interface OfCircuit extends Observable {
  /** The circuit's name. */
  readonly circuit: string;
}

/** A call of a failure circuit has come back. */
interface CircuitCall extends OfCircuit {
  readonly durationMs: number;
  /** Whether the call was a probe of a half-open circuit. */
  readonly probe: boolean;
}

/** An event with what a rule has found. */
interface Found extends Observable {
  readonly finding: Finding;
}

/**
 * The events of a breaker, by name. A breaker emits them in order, after its state has changed. They hold names, counts and
 * hashes, never arguments or results.
 */
interface GuardEvents {
  /** guard allowed a call, and the model should read a warning. */
  readonly warn: Found;
  /** guard refused a call; the run goes on. */
  readonly block: Found & {
    /**
     * Whether the call ran all the same: in the mode `observe`, or where the framework has no place for a refusal. guard
     * counts it as refused.
     */
    readonly executed: boolean;
  };
  /** guard stopped the run. */
  readonly trip: Observable & { readonly report: TripReport };
  /** guard refused a call because the run had been stopped before. */
  readonly deny: Found;
  /** A human or an adapter has overridden the breaker. */
  readonly override: Base & { readonly override: Override };
  /** A human stopped runs of a registry. `run` is empty unless the stop names one run. */
  readonly stop: Base & { readonly stop: Stop };
  /** A human lifted a stop. */
  readonly "stop-lifted": Base & {
    readonly stop: Stop;
    readonly by: string;
    readonly why: string;
  };
  /** A call that you granted ran although the run is stopped. */
  readonly granted: Base & {
    readonly kind: "tool" | "model" | "delegation";
    readonly by: string;
    readonly why: string;
  };
  /** The circuit changed its state. */
  readonly transition: Observable & {
    readonly from: CircuitStatus;
    readonly to: CircuitStatus;
    readonly generation: number;
  };
  /** A result came back after the circuit had moved. guard booked the cost only. */
  readonly "stale-result": Base & { readonly agent: string };
  /** A reported figure was NaN, infinite or negative. guard did not book it. */
  readonly "bad-usage": Base & { readonly field: string };
  /** A budget has reached the share `alertAt` of a limit. Once in each window. */
  readonly "budget-alert": Base & {
    readonly account: string;
    readonly ceiling: string;
    readonly limit: number;
    readonly used: number;
  };
  /** A model's answer did not report its tokens. guard booked its estimate. */
  readonly "missing-usage": Base & { readonly model: string | undefined };
  /** guard does not know the price of a model's answer. `pricing.unknown` says what it booked. */
  readonly unpriced: Base & { readonly model: string | undefined };
  /**
   * Several runs use one breaker, and its option `shared` is not set: at the same time, or one after the other although its
   * budget is spent.
   */
  readonly "shared-run": Misplaced;
  /** An agent works, and guard sees only its tools or only its models. */
  readonly unguarded: Misplaced;
  /** Two guards guard one run, one model or one tool, so each call counts twice. Also two guards with one breaker. */
  readonly "guarded-twice": Misplaced;
  /** A function that returns the breaker of a run returned another one in the middle of the run. */
  readonly "breaker-per-call": Misplaced;
  /** A hook that can't wait asked before the store had answered. guard judged with what this process knows. */
  readonly "judged-locally": Base;
  /** The run has ended, and the ledger has closed its accounts. */
  readonly "run-ended": Base;
  /** A failure circuit changed its state. The process that caused the change tells, and no other. */
  readonly "circuit-transition": OfCircuit & {
    readonly from: FailureCircuitState;
    readonly to: FailureCircuitState;
    /** How long the circuit stays open, in milliseconds, if it opened. */
    readonly retryAfterMs?: number;
    /** Who forced the circuit, and why, if a human did. */
    readonly by?: string;
    readonly why?: string;
  };
  /** A call of a failure circuit succeeded. */
  readonly "circuit-success": CircuitCall;
  /** A call of a failure circuit failed, or succeeded too slowly. `error` is the error's name, with its HTTP status. */
  readonly "circuit-failure": CircuitCall & { readonly slow: boolean; readonly error?: string };
  /** A call of a failure circuit ended without counting: an abort, or an error that is excluded. */
  readonly "circuit-ignored": CircuitCall & { readonly error?: string };
  /** A failure circuit refused a call, which did not run. In the mode `observe` the call ran. */
  readonly "circuit-refusal": OfCircuit & Omit<CircuitRefusal, "why">;
  /** A result came too late to count: the circuit had changed its state, or the probe had taken too long. */
  readonly "circuit-late": CircuitCall & { readonly result: "success" | "failure" | "ignored" };
  /** Something you gave to guard (a store, a ledger, prices, a recorder, a checkpointer, texts, a function of a circuit) threw or took too long. guard went on without it. */
  readonly "port-error": Base & {
    readonly port:
      | "store"
      | "price"
      | "tokens"
      | "record"
      | "usage"
      | "ledger"
      | "checkpointer"
      | "texts"
      | "circuit";
    readonly error: unknown;
  };
  /** A listener threw. guard went on. */
  readonly "listener-error": Base & { readonly event: EventName; readonly error: unknown };
}

/** The name of an event, for `on(name, listener)`. */
export type EventName = keyof GuardEvents;

const events: Readonly<Record<EventName, true>> = {
  warn: true,
  block: true,
  trip: true,
  deny: true,
  override: true,
  stop: true,
  "stop-lifted": true,
  granted: true,
  transition: true,
  "stale-result": true,
  "bad-usage": true,
  "budget-alert": true,
  "missing-usage": true,
  unpriced: true,
  "shared-run": true,
  unguarded: true,
  "guarded-twice": true,
  "breaker-per-call": true,
  "judged-locally": true,
  "run-ended": true,
  "circuit-transition": true,
  "circuit-success": true,
  "circuit-failure": true,
  "circuit-ignored": true,
  "circuit-refusal": true,
  "circuit-late": true,
  "port-error": true,
  "listener-error": true,
};

/** The names of all events. */
export const eventNames: readonly string[] = Object.keys(events);

/** An event with its name. */
export type GuardEvent = {
  [Name in EventName]: GuardEvents[Name] & { readonly type: Name };
}[EventName];

/** An event without its run and its time. */
export type EventDraft = GuardEvent extends infer Event
  ? Event extends GuardEvent
    ? Omit<Event, "run" | "at">
    : never
  : never;

/** Receives the events of one name, or with `"*"` every event. */
export type Listener<Name extends EventName | "*"> = (
  event: Name extends "*" ? GuardEvent : Extract<GuardEvent, { type: Name }>,
) => unknown;
