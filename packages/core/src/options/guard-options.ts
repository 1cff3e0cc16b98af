import type { ToolPolicy } from "../vocabulary/tool-policy.ts";
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
import type { Accounts } from "../vocabulary/accounts.ts";
import type { Texts } from "../vocabulary/texts.ts";

/**
 * What guard should know about one tool. All fields are optional.
 *
 * @example
 * const tools = {
 *   check_build: { policy: "polling" },
 *   search: { usd: 0.01, identity: ["query"] },
 * };
 */
export interface ToolOptions {
  /** How the tool behaves when the agent calls it again. Default: guard reads it from the tool's name. */
  readonly policy?: ToolPolicy | undefined;
  /** What one call of the tool costs, in USD. It counts in `budget.usd`. Default: 0. */
  readonly usd?: number | undefined;
  /**
   * Which arguments make two calls the same: their names, or a function of the arguments. Default: all arguments but those
   * that name the attempt, such as `request_id`, `idempotency_key` and `explanation`.
   *
   * @example
   * identity: ["url"] // two visits of one page are the same call, with any `reason`
   */
  readonly identity?: readonly string[] | ((args: unknown) => unknown) | undefined;
  /**
   * Tells whether a returned result reports a failure. Default: the result has `isError: true`, `ok: false` or
   * `success: false`, or nothing but an `error`.
   */
  readonly isFailure?: ((result: unknown) => boolean) | undefined;
  /**
   * Keeps only the part of a result that shows progress. guard compares that part with earlier results. Default: the whole
   * result.
   */
  readonly normalizeResult?: ((result: unknown) => unknown) | undefined;
  /** Other thresholds for this tool, by rule. `false` switches a rule off for this tool. */
  readonly thresholds?: LadderChanges | undefined;
}

/**
 * The options of {@link createRegistry} and {@link createBreaker}. All have defaults. guard reads them once and copies
 * them: write plain objects, and make a new registry for other options.
 *
 * @example
 * const registry = createRegistry({
 *   budget: { usd: 5, modelCalls: 40 },
 *   tools: { check_build: { policy: "polling" } },
 *   onTrip: "finish",
 * });
 */
export interface GuardOptions {
  /**
   * The thresholds of all rules: `"balanced"` (default), `"strict"` (stops sooner, and also stops some honest runs),
   * `"patient"` (waits longer), or an object. `presets` holds the three as plain objects.
   */
  readonly preset?: PresetName | Preset | undefined;
  /**
   * Changes to the thresholds of single rules. `false` switches a rule off.
   *
   * @example
   * rules: { poll: { open: 50 }, drift: false }
   */
  readonly rules?: LadderChanges | undefined;
  /**
   * What guard should know about your tools, by the tool's name. Declare a tool that the agent calls again on purpose, for
   * instance to wait for a build.
   *
   * @example
   * tools: { check_build: { policy: "polling" }, search: { usd: 0.01 } }
   */
  readonly tools?: Readonly<Record<string, ToolOptions | undefined>> | undefined;
  /**
   * The most that one run may use: model calls, tool calls, tokens, USD, milliseconds. guard stops the run before the call
   * that would exceed a limit. Default: no limit.
   *
   * @example
   * budget: { usd: 5, modelCalls: 40, wallMs: 10 * 60_000 }
   */
  readonly budget?: RunBudget | undefined;
  /**
   * The most that several runs may use together: those of a session, a user, an app or an organisation. Also the most for
   * single agents and tools. `accounts` says whose run it is. Default: no limit.
   *
   * @example
   * limits: { user: { usd: 20, per: "day" }, tools: { send_email: { toolCalls: 3 } } },
   * accounts: { user: "42" },
   */
  readonly limits?: Limits | undefined;
  /** Whose accounts pay for the run: `{ user: "42" }`. Each level in `limits` needs an id here. */
  readonly accounts?: Accounts | undefined;
  /**
   * `"enforce"` (default): guard refuses calls and stops runs. `"observe"`: guard refuses nothing, and no budget stops a run;
   * events say what guard would have done. Start with it to see what guard does on your traffic.
   */
  readonly mode?: "enforce" | "observe" | undefined;
  /**
   * What your code gets when guard stops a run. Each adapter lists the values that it supports, and refuses others. No tool
   * and no model call starts after a trip, with any value.
   *
   * - `"throw"` (default): the run throws a `CircuitOpenError`
   * - `"finish"`: the run ends with a last answer that guard writes
   * - `"wind-down"`: the model writes the last answer, in one more call without tools
   * - `"route"`: the run takes the framework's own path for errors
   * - `"ask"`: the run waits for a human, who may let it go on
   */
  readonly onTrip?: OnTrip | undefined;
  /**
   * Your own texts for end users and models, for instance in another language. Texts that you leave out stay
   * {@link defaultTexts}. Errors, events and the console stay in English.
   *
   * @example
   * texts: { stopped: () => "Je tourne en rond. Précisez votre demande." }
   */
  readonly texts?: Partial<Texts> | undefined;
  /**
   * Declares that several runs use one breaker at the same time, such as a crew. They share its budget and stop together.
   * Default: `false`: then guard warns when two runs share a breaker.
   */
  readonly shared?: boolean | undefined;
  /**
   * How long a run, or an agent in it, may pause before guard counts it as ended, in milliseconds. An open call keeps it
   * alive. Default: 3,600,000 (one hour).
   */
  readonly idleRunMs?: number | undefined;
  /** How a stopped circuit lets calls through again. A spent budget does not recover with time. */
  readonly recovery?: RecoveryOptions | undefined;
  /** Whether guard may write to the console when it finds itself in the wrong place. Default: `true`. */
  readonly warnings?: boolean | undefined;
  /**
   * Gives the price of a model call, in USD. Default: what the provider reports. `...modelPrices()` of `@guard/prices` sets
   * this option and `tokens` for most models.
   *
   * @example
   * price: ({ inputTokens, outputTokens }) => (inputTokens * 0.25 + outputTokens * 2) / 1_000_000
   */
  readonly price?: Price | undefined;
  /** What guard books when it does not know a price, or the tokens of an answer. */
  readonly pricing?: PricingOptions | undefined;
  /** Estimates the tokens of a request before it is sent. Default: one token for three characters. */
  readonly tokens?: TokenEstimator | undefined;
  /** How long guard reserves money and tokens for calls that have not come back. */
  readonly reservations?: ReservationOptions | undefined;
  /**
   * What happens to `limits` while the store fails. `"local"` (default): each process checks the limits by what it knows.
   * `"deny"`: guard refuses calls.
   */
  readonly onStoreError?: "local" | "deny" | undefined;
  /** Where guard writes every decision, cost, trip and override. Default: the memory of this process. */
  readonly ledger?: Ledger | undefined;
  /**
   * Receives the run **with raw arguments and results**, for `guard replay` and `guard calibrate`. Default: guard records
   * nothing.
   *
   * @example
   * record: recordTo(".guard/runs.jsonl.gz") // from @guard/core/record, on Node.js
   */
  readonly record?: Recorder | undefined;
  /** Where guard keeps trips of named breakers and shared accounts. Default: the memory of this process. */
  readonly store?: Store | undefined;
  /** Clock, chance, timers and async context: for tests, and for platforms other than Node.js. */
  readonly ports?: PortOptions | undefined;
}
