import type { ToolPolicy } from "../vocabulary/call.ts";
import type { TokenEstimator } from "../ports/tokens.ts";
import type { Store } from "../ports/store.ts";
import type { Recorder } from "../ports/recorder.ts";
import type { Price } from "../ports/price.ts";
import type { Preset, PresetName } from "./presets.ts";
import type {
  PortOptions,
  PricingOptions,
  RecoveryOptions,
  ReservationOptions,
} from "./option-groups.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import type { Limits, RunBudget } from "../budget/limits.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { LadderChanges } from "./ladders.ts";
import type { Accounts } from "../budget/accounts.ts";
import type { Texts } from "../vocabulary/texts.ts";

/** What is known about one tool. */
export interface ToolOptions {
  /** How the tool behaves when it is called again. Default: what its name tells. */
  readonly policy?: ToolPolicy | undefined;
  /** What one call costs, in USD. Default: 0. */
  readonly usd?: number | undefined;
  /**
   * What two calls must share to be the same: some of the arguments' fields by name, or a function of
   * the arguments. Default: all but those that name the attempt (`request_id`, `idempotency_key`, `explanation`, …).
   */
  readonly identity?: readonly string[] | ((args: unknown) => unknown) | undefined;
  /**
   * Whether a result that came back tells of a failure. Default: it has `isError: true`, `ok: false` or
   * `success: false`, or an `error` and nothing else.
   */
  readonly isFailure?: ((result: unknown) => boolean) | undefined;
  /** What of a result tells whether it has changed. Default: all of it. */
  readonly normalizeResult?: ((result: unknown) => unknown) | undefined;
  /** Other thresholds for this tool, by rule; `false` switches the rule off for it. */
  readonly thresholds?: LadderChanges | undefined;
}

/**
 * Options of a breaker, and of a registry for all its breakers. All have defaults. Options and their groups are plain objects; they
 * are read once and copied.
 */
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
  /** How a trip should reach the code that runs the agent. Default: `"throw"`. */
  readonly onTrip?: OnTrip | undefined;
  /** What end users and models read, where it is not to be guard's English. Default: {@link defaultTexts}. */
  readonly texts?: Partial<Texts> | undefined;
  /** Says that several root runs may use one breaker at once. Default: `false`. */
  readonly shared?: boolean | undefined;
  /**
   * After how long without a call, and with none open, a run or an agent in it counts as ended, in
   * milliseconds. Default: 3,600,000.
   */
  readonly idleRunMs?: number | undefined;
  /** How the circuit recovers from a trip. */
  readonly recovery?: RecoveryOptions | undefined;
  /** Whether guard may write a line to the console where it finds itself misplaced. Default: `true`. */
  readonly warnings?: boolean | undefined;
  /** Prices model calls. Default: what the provider reports. */
  readonly price?: Price | undefined;
  /** What holds where a price, or the tokens of an answer, are not known. */
  readonly pricing?: PricingOptions | undefined;
  /** Estimates the tokens of requests. Default: one for three characters. */
  readonly tokens?: TokenEstimator | undefined;
  /** What is held for calls that are under way. */
  readonly reservations?: ReservationOptions | undefined;
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
  /** Time, chance, waiting and async context. */
  readonly ports?: PortOptions | undefined;
}
