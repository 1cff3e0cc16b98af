import { budgetFaults } from "../budget/limit-faults.ts";
import { limited, type Limited, type Limits, type RunBudget } from "../budget/limits.ts";
import { linesOf, type Accounts, type Lines } from "../budget/line.ts";
import {
  ruleNames,
  type Call,
  type Outcome,
  type RuleName,
  type ToolPolicy,
} from "../vocabulary/call.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import type { Recovery } from "../machine/state.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { faultsOf } from "./options-schema.ts";
import { systemClock, type Clock } from "../ports/clock.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Price } from "../ports/price.ts";
import { systemRandom, type Random } from "../ports/random.ts";
import type { Recorder } from "../ports/recorder.ts";
import type { Store } from "../ports/store.ts";
import { thirdOfCharacters, type TokenEstimator } from "../ports/tokens.ts";
import { systemWait, type Wait } from "../ports/wait.ts";
import { presets, type Preset, type PresetName } from "./presets.ts";
import { countOf, type Ladder } from "../rules/ladder.ts";
import { policyFromName } from "../rules/policy.ts";
import { parsed } from "../signature/sign.ts";

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

/** Changes to ladders, by rule. `false` switches the rule off. */
export type LadderChanges = Readonly<
  Partial<Record<RuleName, Partial<Ladder> | false | undefined>>
>;

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

/** What a model is taken to cost. */
export interface CeilingPrice {
  readonly inputUsdPerMillion: number;
  readonly outputUsdPerMillion: number;
}

/** Options with every default filled in. */
export interface Settings {
  readonly ladders: Preset;
  readonly toolOptions: ReadonlyMap<string, ToolOptions>;
  readonly limits: Limits;
  readonly accounts: Accounts;
  readonly lines: Lines;
  readonly limited: Limited;
  readonly mode: "enforce" | "observe";
  readonly onTrip: OnTrip;
  readonly shared: boolean;
  readonly recovery: Recovery;
  readonly price: Price | undefined;
  readonly onUnknownPrice: "ceiling" | "deny" | "allow";
  readonly ceilingPrice: CeilingPrice;
  readonly onMissingUsage: "estimate" | "zero";
  readonly tokens: TokenEstimator;
  readonly reservationMs: number;
  readonly reserveWaitMs: number;
  readonly onStoreError: "local" | "deny";
  readonly ledger: Ledger | undefined;
  readonly wait: Wait;
  readonly record: Recorder | undefined;
  readonly store: Store | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Checks options and fills in the defaults.
 *
 * @throws {OptionsError} naming the path and the received value of each fault
 */
export function normalize(options: GuardOptions = {}): Settings {
  const faults = faultsOf(options);
  if (faults.length > 0) throw new OptionsError(faults);
  const {
    preset = "balanced",
    cooldownMs = 30_000,
    maxCooldownMs = 15 * 60_000,
    leaseMs = 60_000,
  } = options;
  const { budget = {}, limits = {}, accounts = {} } = options;
  const contradictory = budgetFaults(budget, limits);
  if (contradictory.length > 0) throw new OptionsError(contradictory);
  const ladders = laddersOf(typeof preset === "string" ? presets[preset] : preset, options);
  return {
    ladders,
    toolOptions: new Map(
      Object.entries(options.tools ?? {}).map(([tool, known]) => [tool, known ?? {}]),
    ),
    limits,
    accounts,
    lines: linesOf(budget, limits, accounts),
    limited: limited(budget, limits),
    mode: options.mode ?? "enforce",
    onTrip: options.onTrip ?? "throw",
    shared: options.shared ?? false,
    recovery: { cooldownMs, maxCooldownMs, leaseMs, probes: options.probes ?? 1 },
    price: options.price,
    onUnknownPrice: options.onUnknownPrice ?? "ceiling",
    ceilingPrice: options.ceilingPrice ?? { inputUsdPerMillion: 15, outputUsdPerMillion: 120 },
    onMissingUsage: options.onMissingUsage ?? "estimate",
    tokens: options.tokens ?? thirdOfCharacters,
    reservationMs: options.reservationMs ?? 10 * 60_000,
    reserveWaitMs: options.reserveWaitMs ?? 30_000,
    onStoreError: options.onStoreError ?? "local",
    ledger: options.ledger,
    wait: options.wait ?? systemWait,
    record: options.record,
    store: options.store,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
  };
}

/** The policy of a tool: declared, else what the call brings, else what the name tells. */
export function policyOf(
  settings: Settings,
  tool: string,
  brought: ToolPolicy | undefined,
): ToolPolicy {
  return settings.toolOptions.get(tool)?.policy ?? brought ?? policyFromName(tool);
}

/** A call with everything that is known about its tool. */
export function withPolicy(settings: Settings, call: Call): Call {
  if (call.kind !== "tool") return call;
  return { ...call, policy: policyOf(settings, call.tool, call.policy) };
}

/** What of a call's arguments tells it from others; all of them where the user's function throws. */
export function identityOf(settings: Settings, tool: string, args: unknown): unknown {
  const identity = settings.toolOptions.get(tool)?.identity;
  if (identity === undefined) return args;
  const plain = typeof args === "string" ? parsed(args) : args;
  try {
    if (typeof identity === "function") return identity(plain);
    if (typeof plain !== "object" || plain === null) return plain;
    return identity.map((field) => Reflect.get(plain, field));
  } catch {
    return args;
  }
}

/** A result as far as it tells whether it has changed; all of it where the user's function throws. */
export function normalized(settings: Settings, tool: string, outcome: Outcome): Outcome {
  const normalizeResult = settings.toolOptions.get(tool)?.normalizeResult;
  if (normalizeResult === undefined || outcome.status !== "success") return outcome;
  try {
    return { ...outcome, result: normalizeResult(outcome.result) };
  } catch {
    return outcome;
  }
}

/** The ladder of a rule, with what the tool's own options change. */
export function ladderFor(settings: Settings, rule: RuleName, tool: string): Ladder {
  const change = settings.toolOptions.get(tool)?.thresholds?.[rule];
  return change === undefined ? settings.ladders[rule] : ladderWith(settings.ladders[rule], change);
}

const never: Ladder = { warn: false, block: false, open: false };

function laddersOf(preset: Preset, options: GuardOptions): Preset {
  const faults: string[] = [];
  const merged = (path: string, from: Preset, changes: LadderChanges = {}) =>
    Object.fromEntries(
      ruleNames.map((name) => {
        const ladder = ladderWith(from[name], changes[name]);
        faults.push(...contradictions(`${path}.${name}`, ladder));
        return [name, ladder];
      }),
    ) as Preset;
  const ladders = merged("rules", preset, options.rules);
  for (const [tool, known] of Object.entries(options.tools ?? {})) {
    merged(`tools.${tool}.thresholds`, ladders, known?.thresholds);
  }
  if (faults.length > 0) throw new OptionsError([...new Set(faults)]);
  return ladders;
}

/** A ladder with some rungs moved; a rung that is `undefined` stays where it is. */
function ladderWith(from: Ladder, to: Partial<Ladder> | false | undefined): Ladder {
  if (to === false) return never;
  return {
    warn: to?.warn ?? from.warn,
    block: to?.block ?? from.block,
    open: to?.open ?? from.open,
  };
}

function contradictions(path: string, ladder: Ladder): string[] {
  const used = (["warn", "block", "open"] as const).filter((name) => ladder[name] !== false);
  return used.slice(1).flatMap((name, index) => {
    const below = used[index]!;
    const [high, low] = [countOf(ladder[name]), countOf(ladder[below])];
    return high < low ? [`${path}.${name}: ${high} is below ${below} (${low})`] : [];
  });
}
