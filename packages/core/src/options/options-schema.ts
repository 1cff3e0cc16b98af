import * as v from "valibot";
import { levels } from "../budget/accounts.ts";
import { isTimeZone } from "../budget/time-zone.ts";
import { pers } from "../budget/window.ts";
import { ruleNames, toolPolicies, type RuleName } from "../vocabulary/call.ts";
import { OptionsError } from "../vocabulary/errors.ts";
import { tripAnswers } from "../vocabulary/on-trip.ts";
import { textNames } from "../vocabulary/texts.ts";
import type { GuardOptions } from "./guard-options.ts";
import { isPlainObject } from "./plain-object.ts";
import { presets } from "./presets.ts";

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

export const notPlain: v.GenericSchema<never> = v.custom<never>(() => false, "a plain object");
const plain = <T extends v.GenericSchema>(schema: (value: object) => T) =>
  v.lazy((value) => (isPlainObject(value) ? schema(value) : notPlain));

type Entries<T extends v.ObjectEntries> = v.StrictObjectSchema<T, undefined>;

/** A group of options: what is read from it is a copy. */
export function object<T extends v.ObjectEntries>(
  entries: T,
): v.LazySchema<Entries<T> | typeof notPlain> {
  const schema = v.strictObject(entries);
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

const oneOf = <const T extends readonly [string, ...string[]]>(...names: T) =>
  v.message(v.picklist(names), `one of ${names.join(", ")}`);

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
const budgets = v.lazy((value) => (Array.isArray(value) ? v.array(budget) : budget));
const accountId = v.message(v.pipe(v.string(), v.minLength(1)), "a text that is not empty");

/** The options as a schema; a registry's and a breaker's are the same. */
const optionsSchema = object({
  limits: v.optional(
    object({
      ...Object.fromEntries(levels.map((level) => [level, v.optional(budgets)])),
      agents: v.optional(named(budgets)),
      tools: v.optional(named(budgets)),
    }),
  ),
  accounts: v.optional(
    object(Object.fromEntries(levels.map((level) => [level, v.optional(accountId)]))),
  ),
  pricing: v.optional(
    object({
      unknown: v.optional(oneOf("ceiling", "deny", "allow")),
      ceiling: v.optional(
        object({
          inputUsdPerMillion: v.message(amount, "a number of at least 0"),
          outputUsdPerMillion: v.message(amount, "a number of at least 0"),
        }),
      ),
      missingUsage: v.optional(oneOf("estimate", "zero")),
    }),
  ),
  tokens: withMethods("an estimator with estimate", "estimate"),
  reservations: v.optional(object({ ttlMs: milliseconds, waitMs: milliseconds })),
  onStoreError: v.optional(oneOf("local", "deny")),
  ledger: withMethods("a ledger with append and read", "append", "read"),
  preset: v.optional(v.lazy((value) => (isObject(value) ? ownPreset : namedPreset))),
  rules: v.optional(object(perRule(v.optional(changedLadder)))),
  tools: v.optional(
    named(
      v.optional(
        object({
          policy: v.optional(
            v.message(v.picklist(toolPolicies), `one of ${toolPolicies.join(", ")}`),
          ),
          usd: atLeast0,
          identity: v.optional(
            v.message(
              v.union([v.array(v.string()), v.function()]),
              "names of fields, or a function",
            ),
          ),
          isFailure: fn,
          normalizeResult: fn,
          thresholds: v.optional(object(perRule(v.optional(changedLadder)))),
        }),
      ),
    ),
  ),
  budget: v.optional(object(runBudget)),
  mode: v.optional(v.message(v.picklist(["enforce", "observe"]), '"enforce" or "observe"')),
  onTrip: v.optional(v.message(v.picklist(tripAnswers), `one of ${tripAnswers.join(", ")}`)),
  texts: v.optional(object(Object.fromEntries(textNames.map((name) => [name, fn])))),
  shared: v.optional(v.message(v.boolean(), "true or false")),
  idleRunMs: milliseconds,
  recovery: v.optional(
    object({
      cooldownMs: milliseconds,
      maxCooldownMs: milliseconds,
      leaseMs: milliseconds,
      probes: wholeAtLeast1,
    }),
  ),
  warnings: v.optional(v.message(v.boolean(), "true or false")),
  price: fn,
  record: fn,
  store: withMethods(
    "a store with get, compareAndSet, list and close",
    "get",
    "compareAndSet",
    "list",
    "close",
  ),
  ports: v.optional(
    object({
      clock: fn,
      monotonic: fn,
      random: fn,
      wait: fn,
      timer: fn,
      timeoutMs: milliseconds,
      context: withMethods("a context with getStore and run", "getStore", "run"),
    }),
  ),
});

/**
 * Reads options, each once. What comes back is a copy: a getter is not called again, and what changes in an object
 * later changes nothing.
 *
 * @throws {OptionsError} naming the path and the received value of each fault
 */
export function readOptions(options: unknown): GuardOptions {
  const checked = v.safeParse(optionsSchema, options);
  if (checked.success) return checked.output as GuardOptions;
  throw new OptionsError([...new Set(checked.issues.map(faultOf))]);
}

/** One fault, with its path and the received value. */
export function faultOf(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? "options";
  if (issue.expected === "never") return `${path}: there is no such option`;
  const isMissingKey = issue.type === "strict_object" && issue.expected?.startsWith('"') === true;
  if (isMissingKey) return `${path}: is missing`;
  return `${path}: expected ${issue.message}, received ${received(issue.input)}`;
}

/** A received value as a person would write it; long or structured ones by their kind. */
export function received(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (!isObject(value)) return String(value);
  if (Array.isArray(value)) return "an array";
  const made: unknown = isPlainObject(value) ? undefined : value.constructor;
  return typeof made === "function" && made !== Object
    ? `an instance of ${made.name}`
    : "an object";
}
