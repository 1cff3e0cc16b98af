import * as v from "valibot";
import { levels } from "../vocabulary/accounts.ts";
import { isTimeZone } from "../budget/time-zone.ts";
import { pers } from "../budget/window.ts";
import { ruleNames, type RuleName } from "../vocabulary/call.ts";
import { toolPolicies } from "../vocabulary/tool-policy.ts";
import { tripAnswers } from "../vocabulary/on-trip.ts";
import { textNames } from "../vocabulary/texts.ts";
import type { Place } from "./did-you-mean.ts";
import { plainObject } from "./fault-of.ts";
import type { GuardOptions } from "./guard-options.ts";
import { isPlainObject } from "./plain-object.ts";
import { presets } from "./presets.ts";
import { readWith } from "./read-with.ts";

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
  v.union([amount, v.literal(false), v.strictObject({ count: amount, usd: amount })]),
  "a number of at least 0, { count, usd }, or false",
);
const fn = v.optional(v.message(v.function(), "a function"));

export const notPlain: v.GenericSchema<never> = v.custom<never>(() => false, plainObject);
const plain = <T extends v.GenericSchema>(schema: (value: object) => T) =>
  v.lazy((value) => (isPlainObject(value) ? schema(value) : notPlain));

type Entries<T extends v.ObjectEntries> = v.StrictObjectSchema<T, string>;

/** An object with these names and no others. Its message lists them: a fault says what an unknown name may have meant. */
export function strict<T extends v.ObjectEntries>(entries: T): Entries<T> {
  return v.strictObject(entries, Object.keys(entries).join(", "));
}

/** A group of options. Its result is a copy. */
export function object<T extends v.ObjectEntries>(
  entries: T,
): v.LazySchema<Entries<T> | typeof notPlain> {
  const schema = strict(entries);
  return plain(() => schema);
}
/** Options by names that users choose: no name is left out, as `v.record` does with some. */
const named = <T extends v.GenericSchema>(schema: T) =>
  plain((value) =>
    v.strictObject(Object.fromEntries(Object.keys(value).map((name) => [name, schema]))),
  );
/** Something that does its work by methods. It is no option itself, so it is not copied. */
const withMethods = (expected: string, ...names: readonly string[]) =>
  v.optional(
    v.custom<object>(
      (value) =>
        isObject(value) && names.every((name) => typeof Reflect.get(value, name) === "function"),
      expected,
    ),
  );
/** A list. guard reads each item, so a list that claims four billion of them must end here. */
const mostItems = 1_000;
const tooLong: v.GenericSchema<never> = v.custom<never>(
  () => false,
  `a list of at most ${mostItems} items`,
);
export const listOf = <T extends v.GenericSchema>(
  item: T,
): v.LazySchema<v.ArraySchema<T, undefined> | typeof tooLong> =>
  v.lazy((value) => (Array.isArray(value) && value.length > mostItems ? tooLong : v.array(item)));
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

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

const oneOf = <const T extends readonly string[]>(...names: T) =>
  v.picklist(names, `one of ${names.join(", ")}`);

const runBudget = {
  modelCalls: atLeast0,
  toolCalls: atLeast0,
  tokens: atLeast0,
  usd: atLeast0,
  wallMs: milliseconds,
  alertAt: v.optional(
    v.message(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), "a share from 0 to 1"),
  ),
  finalAnswer: v.optional(object({ modelCalls: atLeast0, tokens: atLeast0, usd: atLeast0 })),
};
const budget = object({
  ...runBudget,
  per: v.optional(oneOf(...pers)),
  timeZone: v.optional(
    v.message(v.pipe(v.string(), v.check(isTimeZone)), "a time zone such as Europe/Berlin"),
  ),
});
// By the kind of the value, not as a union: a fault then names the key that is wrong.
const budgets = v.lazy((value) => (Array.isArray(value) ? listOf(budget) : budget));
const accountId = v.message(v.pipe(v.string(), v.minLength(1)), "a text that is not empty");

const tool = {
  policy: v.optional(oneOf(...toolPolicies)),
  usd: atLeast0,
  identity: v.optional(
    v.message(v.union([listOf(v.string()), v.function()]), "names of fields, or a function"),
  ),
  isFailure: fn,
  normalizeResult: fn,
  thresholds: v.optional(object(perRule(v.optional(changedLadder)))),
};

/** Groups of options. */
const groups = {
  budget: runBudget,
  limits: {
    ...Object.fromEntries(levels.map((level) => [level, v.optional(budgets)])),
    agents: v.optional(named(budgets)),
    tools: v.optional(named(budgets)),
  },
  accounts: Object.fromEntries(levels.map((level) => [level, v.optional(accountId)])),
  rules: perRule(v.optional(changedLadder)),
  pricing: {
    unknown: v.optional(oneOf("ceiling", "deny", "allow")),
    ceiling: v.optional(
      object({
        inputUsdPerMillion: v.message(amount, "a number of at least 0"),
        outputUsdPerMillion: v.message(amount, "a number of at least 0"),
      }),
    ),
    missingUsage: v.optional(oneOf("estimate", "zero")),
  },
  reservations: { ttlMs: milliseconds, waitMs: milliseconds },
  recovery: {
    cooldownMs: milliseconds,
    maxCooldownMs: milliseconds,
    leaseMs: milliseconds,
    probes: wholeAtLeast1,
  },
  texts: Object.fromEntries(textNames.map((name) => [name, fn])),
  ports: {
    clock: fn,
    monotonic: fn,
    random: fn,
    wait: fn,
    timer: fn,
    timeoutMs: milliseconds,
    context: withMethods("a context with getStore and run", "getStore", "run"),
  },
};

/** The options; a registry's and a breaker's are the same. */
const options = {
  preset: v.optional(v.lazy((value) => (isObject(value) ? ownPreset : namedPreset))),
  rules: v.optional(object(groups.rules)),
  tools: v.optional(named(v.optional(object(tool)))),
  budget: v.optional(object(groups.budget)),
  limits: v.optional(object(groups.limits)),
  accounts: v.optional(object(groups.accounts)),
  mode: v.optional(v.picklist(["enforce", "observe"], '"enforce" or "observe"')),
  onTrip: v.optional(oneOf(...tripAnswers)),
  texts: v.optional(object(groups.texts)),
  shared: v.optional(v.message(v.boolean(), "true or false")),
  idleRunMs: milliseconds,
  recovery: v.optional(object(groups.recovery)),
  warnings: v.optional(v.message(v.boolean(), "true or false")),
  price: fn,
  pricing: v.optional(object(groups.pricing)),
  tokens: withMethods(
    "an estimator with estimate (a limit of tokens is `budget.tokens`)",
    "estimate",
  ),
  reservations: v.optional(object(groups.reservations)),
  onStoreError: v.optional(oneOf("local", "deny")),
  ledger: withMethods("a ledger with append and read", "append", "read"),
  record: v.optional(
    v.message(v.function(), 'a function, such as recordTo("runs.jsonl.gz") of @guard/core/record'),
  ),
  store: withMethods(
    "a store with get, compareAndSet, list and close",
    "get",
    "compareAndSet",
    "list",
    "close",
  ),
  ports: v.optional(object(groups.ports)),
};
const optionsSchema = object(options);

/** Where each option is written. Of those with the same name the first is the likeliest. */
const places: readonly Place[] = [
  ...Object.entries(groups).flatMap(([group, own]) =>
    Object.keys(own).map((name) => [name, `${group}.${name}`] as const),
  ),
  ...Object.keys(options).map((name) => [name, name] as const),
  ...Object.keys(tool).map((name) => [name, `tools.NAME.${name}`] as const),
  ...["per", "timeZone"].map((name) => [name, `limits.user.${name}`] as const),
  ...["name", "restore"].map((name) => [name, `registry.breaker({ ${name} })`] as const),
];

/**
 * Reads options, each once. What comes back is a copy: a getter is not called again, and what changes in an object
 * later changes nothing.
 *
 * @throws {OptionsError} naming the path and the received value of each fault
 */
export function readOptions(given: unknown): GuardOptions {
  return readWith(optionsSchema, given, { places }) as GuardOptions;
}
