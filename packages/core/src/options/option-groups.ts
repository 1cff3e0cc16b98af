import type { CeilingPrice } from "../budget/price-of.ts";
import type { Clock } from "../ports/clock.ts";
import type { AsyncContext } from "../ports/async-context.ts";
import type { Random } from "../ports/random.ts";
import type { Timer } from "../ports/timer.ts";
import type { Wait } from "../ports/wait.ts";

/**
 * How a stopped circuit recovers. After the cooldown guard lets one round of calls run, as a probe. If it brings something
 * new, the run goes on. If it repeats the loop, guard stops the run again, for twice as long.
 *
 * @example
 * recovery: { cooldownMs: 60_000, maxCooldownMs: 3_600_000 }
 */
export interface RecoveryOptions {
  /** How long the circuit stays open at first, in milliseconds. Default: 30,000. */
  readonly cooldownMs?: number | undefined;
  /** The longest that it stays open, in milliseconds. Default: 900,000. */
  readonly maxCooldownMs?: number | undefined;
  /** How long a probe may take, in milliseconds. Default: 60,000. */
  readonly leaseMs?: number | undefined;
  /** How many rounds may probe at the same time. Default: 1. */
  readonly probes?: number | undefined;
}

/**
 * How guard reserves money and tokens for calls that have not come back.
 *
 * @example
 * reservations: { ttlMs: 120_000, waitMs: 5_000 }
 */
export interface ReservationOptions {
  /** After this time guard counts what it has reserved for a call as spent, in milliseconds. Default: 600,000. */
  readonly ttlMs?: number | undefined;
  /**
   * How long an adapter waits when other calls hold the rest of a budget, in milliseconds. Then guard refuses the call.
   * Default: 30,000.
   */
  readonly waitMs?: number | undefined;
}

/**
 * What guard books when it does not know a price, or the tokens of an answer.
 *
 * @example
 * pricing: { unknown: "deny" } // refuse models without a price
 */
export interface PricingOptions {
  /**
   * What a model without a known price costs. `"ceiling"` (default): the price in `ceiling`. `"deny"`: guard refuses its
   * calls. `"allow"`: nothing.
   */
  readonly unknown?: "ceiling" | "deny" | "allow" | undefined;
  /**
   * The price of a model that guard does not know. Default: 15 USD for a million input tokens and 120 USD for a million
   * output tokens, the list price of gpt-5-pro. Few models cost more. Tools that the provider runs cost the highest known
   * fee for each run: 0.035 USD for a web search, 0.0025 for a file search, 0.03 for code.
   */
  readonly ceiling?: CeilingPrice | undefined;
  /**
   * What an answer without reported tokens costs. `"estimate"` (default): what guard has reserved for it. `"zero"`: nothing.
   */
  readonly missingUsage?: "estimate" | "zero" | undefined;
}

/**
 * What guard takes from the platform. Replace these in tests, or on a platform that lacks them.
 *
 * @example
 * let now = 0;
 * const registry = createRegistry({ ports: { clock: () => now } });
 */
export interface PortOptions {
  /** Gives the time, in milliseconds since the epoch. Default: the wall clock. */
  readonly clock?: Clock | undefined;
  /**
   * Gives the time for `budget.wallMs`, in milliseconds since the epoch. Changes of the wall clock must not move it.
   * Default: `clock` where you set it, else the platform's `performance`.
   */
  readonly monotonic?: Clock | undefined;
  /** Gives a random number from 0 up to 1. Default: the platform's generator. */
  readonly random?: Random | undefined;
  /** Lets adapters wait. Default: the platform's timer. */
  readonly wait?: Wait | undefined;
  /** Ends calls of ports that take too long. Default: the platform's timer. */
  readonly timer?: Timer | undefined;
  /**
   * How long a store or a ledger may take for an answer, in milliseconds. A slower one counts as failed. Ports that answer
   * without a promise have no deadline. Default: 5,000.
   */
  readonly timeoutMs?: number | undefined;
  /** Tells adapters in which run other code runs. Default: Node's `AsyncLocalStorage`, where the platform has it. */
  readonly context?: AsyncContext | undefined;
}
