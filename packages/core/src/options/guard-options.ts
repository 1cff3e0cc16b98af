import type { Wait } from "../ports/wait.ts";
import type { ToolPolicy } from "../vocabulary/call.ts";
import type { TokenEstimator } from "../ports/tokens.ts";
import type { Store } from "../ports/store.ts";
import type { Recorder } from "../ports/recorder.ts";
import type { Random } from "../ports/random.ts";
import type { Price } from "../ports/price.ts";
import type { Preset, PresetName } from "./presets.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import type { Limits, RunBudget } from "../budget/limits.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { LadderChanges } from "./ladders.ts";
import type { Clock } from "../ports/clock.ts";
import type { CeilingPrice } from "../budget/price-of.ts";
import type { Accounts } from "../budget/accounts.ts";

/** What is known about one tool. */
export interface ToolOptions {
  /** How the tool behaves when it is called again. Default: what its name tells. */
  readonly policy?: ToolPolicy | undefined;
  /** What one call costs, in USD. Default: 0. */
  readonly usd?: number | undefined;
  /**
   * What two calls must share to be the same: some of the arguments' fields by name, or a function of
   * the arguments. Default: all of them.
   */
  readonly identity?: readonly string[] | ((args: unknown) => unknown) | undefined;
  /** What of a result tells whether it has changed. Default: all of it. */
  readonly normalizeResult?: ((result: unknown) => unknown) | undefined;
  /** Other thresholds for this tool, by rule; `false` switches the rule off for it. */
  readonly thresholds?: LadderChanges | undefined;
}

/** Options of a breaker, and of a registry for all its breakers. All have defaults. */
export interface GuardOptions {
  /** Thresholds to start from, by name or as an object. Default: `"balanced"`. */
  readonly preset?: PresetName | Preset | undefined;
  /** Changes to the preset's thresholds; `false` switches a rule off. */
  readonly rules?: LadderChanges | undefined;
  /** What is known about the tools, by name. */
  readonly tools?: Readonly<Record<string, ToolOptions | undefined>> | undefined;
  /** The most that one run may use. Default: no limit. */
  readonly budget?: RunBudget | undefined;
  /** The most that may be used of accounts that runs share, and by single agents and tools. */
  readonly limits?: Limits | undefined;
  /** Whose accounts the run uses, by level. Each level that has limits needs one. */
  readonly accounts?: Accounts | undefined;
  /** `observe` refuses nothing: events say what `enforce`, the default, would have done. */
  readonly mode?: "enforce" | "observe" | undefined;
  /** How a trip should reach whoever runs the agent. Default: `"throw"`. */
  readonly onTrip?: OnTrip | undefined;
  /** Says that several root runs may use one breaker at once. Default: `false`. */
  readonly shared?: boolean | undefined;
  /**
   * After how long without a call, and with none open, a run or an agent in it counts as ended, in
   * milliseconds. Default: 3,600,000.
   */
  readonly idleRunMs?: number | undefined;
  /** How long the circuit stays open at first, in milliseconds. Default: 30,000. */
  readonly cooldownMs?: number | undefined;
  /** How long it stays open at most, in milliseconds. Default: 900,000. */
  readonly maxCooldownMs?: number | undefined;
  /** How long a probe may take, in milliseconds. Default: 60,000. */
  readonly leaseMs?: number | undefined;
  /** How many probing rounds may be under way at once. Default: 1. */
  readonly probes?: number | undefined;
  /** Prices model calls. Default: what the provider reports. */
  readonly price?: Price | undefined;
  /**
   * What holds for a model whose price nobody knows: it costs the `ceiling` price, its calls are refused
   * (`deny`), or they cost nothing (`allow`). Default: `"ceiling"`.
   */
  readonly onUnknownPrice?: "ceiling" | "deny" | "allow" | undefined;
  /**
   * What a model costs whose price nobody knows. Default: 15 USD for a million tokens of a request and 120
   * for those of an answer, the list price of gpt-5-pro: dearer than nearly all others.
   */
  readonly ceilingPrice?: CeilingPrice | undefined;
  /**
   * What holds for an answer whose tokens nobody reported: it has cost what was held for it (`estimate`),
   * or nothing (`zero`). Default: `"estimate"`.
   */
  readonly onMissingUsage?: "estimate" | "zero" | undefined;
  /** Estimates the tokens of requests. Default: one for three characters. */
  readonly tokens?: TokenEstimator | undefined;
  /** After how long what is held for a call counts as spent, in milliseconds. Default: 600,000. */
  readonly reservationMs?: number | undefined;
  /**
   * How long an adapter waits where only other calls' reservations are in the way, in milliseconds.
   * Default: 30,000.
   */
  readonly reserveWaitMs?: number | undefined;
  /**
   * What holds for limits of shared accounts while the store fails: each process holds them for itself
   * (`local`), or calls are refused (`deny`). Default: `"local"`.
   */
  readonly onStoreError?: "local" | "deny" | undefined;
  /** Writes down every decision, settlement, trip and override. Default: a registry's memory. */
  readonly ledger?: Ledger | undefined;
  /** Receives the run with raw arguments and results. Default: none. */
  readonly record?: Recorder | undefined;
  /** Where trips of named breakers are kept. Default: this process's memory. */
  readonly store?: Store | undefined;
  /** Default: the wall clock. */
  readonly clock?: Clock | undefined;
  /** Default: the platform's generator. */
  readonly random?: Random | undefined;
  /** Lets adapters wait. Default: the platform's timer. */
  readonly wait?: Wait | undefined;
}
