import * as v from "valibot";
import type { Ceilings } from "./budget/ceiling.ts";
import { ruleNames, toolPolicies, type RuleName, type ToolPolicy } from "./call.ts";
import { OptionsError } from "./errors.ts";
import type { Recovery } from "./machine/state.ts";
import { systemClock, type Clock } from "./ports/clock.ts";
import type { Price } from "./ports/price.ts";
import { systemRandom, type Random } from "./ports/random.ts";
import type { Recorder } from "./ports/recorder.ts";
import type { Store } from "./ports/store.ts";
import { presets, type Preset, type PresetName } from "./presets.ts";
import type { Ladder } from "./rules/ladder.ts";
import { policyFromName } from "./rules/policy.ts";

/** What is known about one tool. */
export interface ToolOptions {
  /** How the tool behaves when it is called again. Default: what its name tells. */
  readonly policy?: ToolPolicy | undefined;
  /** What one call costs, in USD. Default: 0. */
  readonly usd?: number | undefined;
}

/** Options of a breaker, and of a registry for all its breakers. All have defaults. */
export interface GuardOptions {
  /** Thresholds to start from, by name or as an object. Default: `"balanced"`. */
  readonly preset?: PresetName | Preset | undefined;
  /** Changes to the preset's thresholds; `false` switches a rule off. */
  readonly rules?: Partial<Record<RuleName, Partial<Ladder> | false | undefined>> | undefined;
  /** What is known about the tools, by name. */
  readonly tools?: Readonly<Record<string, ToolOptions | undefined>> | undefined;
  /** The most that one run may use. Default: no limit. */
  readonly budget?: Ceilings | undefined;
  /** `observe` refuses nothing: events say what `enforce`, the default, would have done. */
  readonly mode?: "enforce" | "observe" | undefined;
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
  /** Prices answered model calls that bring no price. Default: none. */
  readonly price?: Price | undefined;
  /** Receives the run with raw arguments and results. Default: none. */
  readonly record?: Recorder | undefined;
  /** Where trips of named breakers are kept. Default: this process's memory. */
  readonly store?: Store | undefined;
  /** Default: the wall clock. */
  readonly clock?: Clock | undefined;
  /** Default: the platform's generator. */
  readonly random?: Random | undefined;
}

/** Options with every default filled in. */
export interface Settings {
  readonly ladders: Preset;
  readonly toolOptions: ReadonlyMap<string, ToolOptions>;
  readonly budget: Ceilings;
  readonly mode: "enforce" | "observe";
  readonly shared: boolean;
  readonly recovery: Recovery;
  readonly price: Price | undefined;
  readonly record: Recorder | undefined;
  readonly store: Store | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

const amount = v.pipe(v.number(), v.finite(), v.minValue(0));
const atLeast0 = v.optional(v.message(amount, "a number of at least 0"));
const wholeAtLeast1 = v.optional(
  v.message(
    v.pipe(v.number(), v.finite(), v.integer(), v.minValue(1)),
    "a whole number of at least 1",
  ),
);
const milliseconds = v.optional(
  v.message(
    v.pipe(v.number(), v.finite(), v.minValue(0)),
    "a number of milliseconds of at least 0",
  ),
);
const threshold = v.message(
  v.union([amount, v.literal(false)]),
  "a number of at least 0, or false",
);
const fn = v.optional(v.message(v.function(), "a function"));

const object = <T extends v.ObjectEntries>(entries: T) => v.strictObject(entries, "an object");
const isObject = (value: unknown) => typeof value === "object" && value !== null;

const ladder = object({ warn: threshold, block: threshold, open: threshold });
const someRungs = object({
  warn: v.optional(threshold),
  block: v.optional(threshold),
  open: v.optional(threshold),
});
const off = v.literal(false, "false, or an object with warn, block and open");
// By the kind of the value, not as a union: a fault then names the key that is wrong.
const changedLadder = v.lazy((value) => (isObject(value) ? someRungs : off));
const perRule = <T extends v.GenericSchema>(schema: T) =>
  Object.fromEntries(ruleNames.map((name) => [name, schema])) as Record<RuleName, T>;

const ownPreset = object(perRule(ladder));
const namedPreset = v.picklist(
  Object.keys(presets),
  `one of ${Object.keys(presets).join(", ")}, or an object with a ladder for every rule`,
);

/** The options as a schema; a registry's and a breaker's are the same. */
const optionsSchema = object({
  preset: v.optional(v.lazy((value) => (isObject(value) ? ownPreset : namedPreset))),
  rules: v.optional(object(perRule(v.optional(changedLadder)))),
  tools: v.optional(
    v.record(
      v.string(),
      v.optional(
        object({
          policy: v.optional(
            v.message(v.picklist(toolPolicies), `one of ${toolPolicies.join(", ")}`),
          ),
          usd: atLeast0,
        }),
      ),
      "an object",
    ),
  ),
  budget: v.optional(
    object({ modelCalls: atLeast0, toolCalls: atLeast0, tokens: atLeast0, usd: atLeast0 }),
  ),
  mode: v.optional(v.message(v.picklist(["enforce", "observe"]), '"enforce" or "observe"')),
  shared: v.optional(v.message(v.boolean(), "true or false")),
  cooldownMs: milliseconds,
  maxCooldownMs: milliseconds,
  leaseMs: milliseconds,
  probes: wholeAtLeast1,
  price: fn,
  record: fn,
  store: v.optional(
    v.message(
      v.looseObject({
        get: v.function(),
        compareAndSet: v.function(),
        list: v.function(),
        close: v.function(),
      }),
      "a store with get, compareAndSet, list and close",
    ),
  ),
  clock: fn,
  random: fn,
});

/**
 * Checks options and fills in the defaults.
 *
 * @throws {OptionsError} naming the path and the received value of each fault
 */
export function normalize(options: GuardOptions = {}): Settings {
  const parsed = v.safeParse(optionsSchema, options);
  if (!parsed.success) throw new OptionsError([...new Set(parsed.issues.map(faultOf))]);
  const {
    preset = "balanced",
    cooldownMs = 30_000,
    maxCooldownMs = 15 * 60_000,
    leaseMs = 60_000,
  } = options;
  const ladders = laddersOf(
    typeof preset === "string" ? presets[preset] : preset,
    options.rules ?? {},
  );
  return {
    ladders,
    toolOptions: new Map(
      Object.entries(options.tools ?? {}).map(([tool, known]) => [tool, known ?? {}]),
    ),
    budget: options.budget ?? {},
    mode: options.mode ?? "enforce",
    shared: options.shared ?? false,
    recovery: { cooldownMs, maxCooldownMs, leaseMs, probes: options.probes ?? 1 },
    price: options.price,
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

const never: Ladder = { warn: false, block: false, open: false };

function laddersOf(preset: Preset, changes: NonNullable<GuardOptions["rules"]>): Preset {
  const faults: string[] = [];
  const ladders = Object.fromEntries(
    ruleNames.map((name) => {
      const change = changes[name];
      const merged = change === false ? never : changed(preset[name], change);
      faults.push(...contradictions(name, merged));
      return [name, merged];
    }),
  ) as Record<RuleName, Ladder>;
  if (faults.length > 0) throw new OptionsError(faults);
  return ladders;
}

/** A ladder with some rungs moved; a rung that is `undefined` stays where it is. */
function changed(from: Ladder, to: Partial<Ladder> = {}): Ladder {
  return {
    warn: to.warn ?? from.warn,
    block: to.block ?? from.block,
    open: to.open ?? from.open,
  };
}

function contradictions(rule: RuleName, rungs: Ladder): string[] {
  const used = (["warn", "block", "open"] as const).filter((name) => rungs[name] !== false);
  return used.slice(1).flatMap((name, index) => {
    const below = used[index]!;
    return Number(rungs[name]) < Number(rungs[below])
      ? [`rules.${rule}.${name}: ${rungs[name]} is below ${below} (${rungs[below]})`]
      : [];
  });
}

function faultOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "options";
  if (issue.expected === "never") return `${path}: there is no such option`;
  const isMissingKey = issue.type === "strict_object" && issue.expected?.startsWith('"') === true;
  if (isMissingKey) return `${path}: is missing`;
  return `${path}: expected ${issue.message}, received ${received(issue.input)}`;
}

/** A received value as a person would write it; long or structured ones by their kind. */
export function received(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" ? "a function" : String(value);
}
