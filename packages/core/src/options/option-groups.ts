import type { CeilingPrice } from "../budget/price-of.ts";
import type { Clock } from "../ports/clock.ts";
import type { AsyncContext } from "../ports/async-context.ts";
import type { Random } from "../ports/random.ts";
import type { Timer } from "../ports/timer.ts";
import type { Wait } from "../ports/wait.ts";

/** How a circuit that has opened recovers. */
export interface RecoveryOptions {
  /** How long the circuit stays open at first, in milliseconds. Default: 30,000. */
  readonly cooldownMs?: number | undefined;
  /** How long it stays open at most, in milliseconds. Default: 900,000. */
  readonly maxCooldownMs?: number | undefined;
  /** How long a probe may take, in milliseconds. Default: 60,000. */
  readonly leaseMs?: number | undefined;
  /** How many probing rounds may be under way at once. Default: 1. */
  readonly probes?: number | undefined;
}

/** What is held for calls that are under way. */
export interface ReservationOptions {
  /** After how long what is held for a call counts as spent, in milliseconds. Default: 600,000. */
  readonly ttlMs?: number | undefined;
  /**
   * How long an adapter waits where only other calls' reservations are in the way, in milliseconds.
   * Default: 30,000.
   */
  readonly waitMs?: number | undefined;
}

/** What holds where a price, or the tokens of an answer, are not known. */
export interface PricingOptions {
  /**
   * A model whose price is not known costs the `ceiling` price, its calls are refused (`deny`), or they cost
   * nothing (`allow`). Default: `"ceiling"`.
   */
  readonly unknown?: "ceiling" | "deny" | "allow" | undefined;
  /**
   * The ceiling price. Default: 15 USD for a million tokens of a request and 120 for those of an answer, the
   * list price of gpt-5-pro: dearer than nearly all others. Tools that the provider runs cost besides the dearest fee
   * that is known, for each run: 0.035 USD a web search, 0.0025 a file search, 0.03 for code.
   */
  readonly ceiling?: CeilingPrice | undefined;
  /**
   * An answer whose tokens were not reported has cost what was held for it (`estimate`), or nothing (`zero`).
   * Default: `"estimate"`.
   */
  readonly missingUsage?: "estimate" | "zero" | undefined;
}

/** What the platform gives, and tests replace; and how long other ports may take. */
export interface PortOptions {
  /** Default: the wall clock. */
  readonly clock?: Clock | undefined;
  /**
   * What `wallMs` of a run is counted by: milliseconds since the epoch that no setting of the wall clock moves.
   * Default: `clock` where that is given, else the platform's `performance`.
   */
  readonly monotonic?: Clock | undefined;
  /** Default: the platform's generator. */
  readonly random?: Random | undefined;
  /** Lets adapters wait. Default: the platform's timer. */
  readonly wait?: Wait | undefined;
  /** Ends what takes too long. Default: the platform's timer. */
  readonly timer?: Timer | undefined;
  /**
   * How long a store or a ledger may take for an answer, in milliseconds. One that takes longer has failed. Those
   * that answer without a promise have no deadline. Default: 5,000.
   */
  readonly timeoutMs?: number | undefined;
  /** Tells adapters inside which run another begins. Default: Node's `AsyncLocalStorage`, where there is one. */
  readonly context?: AsyncContext | undefined;
}
