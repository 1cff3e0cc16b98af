import { describe, expect, test } from "vitest";
import { createBreaker } from "../src/breaker/breaker.ts";
import { OptionsError } from "../src/vocabulary/errors.ts";
import { normalize } from "../src/options/settings.ts";
import type { GuardOptions } from "../src/options/guard-options.ts";
import { balanced, presets, strict } from "../src/options/presets.ts";
import { createRegistry } from "../src/breaker/registry.ts";

const policies =
  "read, mutating, polling, paging, step, wait, note, output, delegate, exempt, unknown";
const atLeast0 = "expected a number of at least 0";

const bad: readonly (readonly [options: unknown, message: string])[] = [
  [null, "options: expected a plain object such as { budget: { usd: 5 } }, received null"],
  ["strict", 'options: expected a plain object such as { budget: { usd: 5 } }, received "strict"'],

  [{ budget: 5 }, "budget: expected a plain object such as { usd: 5, modelCalls: 40 }, received 5"],
  [{ budget: { usd: Number.NaN } }, `budget.usd: ${atLeast0}, received NaN`],
  [{ budget: { usd: -1 } }, `budget.usd: ${atLeast0}, received -1`],
  [{ budget: { usd: "5" } }, `budget.usd: ${atLeast0}, received "5"`],
  [
    { budget: { tokens: Number.POSITIVE_INFINITY } },
    `budget.tokens: ${atLeast0}, received Infinity`,
  ],
  [{ budget: { tokens: -Infinity } }, `budget.tokens: ${atLeast0}, received -Infinity`],
  [{ budget: { modelCalls: null } }, `budget.modelCalls: ${atLeast0}, received null`],
  [{ budget: { toolCalls: [] } }, `budget.toolCalls: ${atLeast0}, received an array`],

  [
    { rules: { signature: { warn: Number.NaN } } },
    `rules.signature.warn: ${atLeast0}, { count, usd }, or false, received NaN`,
  ],
  [
    { rules: { poll: { open: true } } },
    `rules.poll.open: ${atLeast0}, { count, usd }, or false, received true`,
  ],
  [
    { rules: { poll: true } },
    "rules.poll: expected false, or an object with warn, block and open, received true",
  ],
  [{ rules: { poll: { open: 19 } } }, "rules.poll.open: 19 is below block (20)"],
  [{ rules: { poll: { block: 9 } } }, "rules.poll.block: 9 is below warn (10)"],
  [{ rules: { signature: { open: 7 } } }, "rules.signature.open: 7 is below warn (8)"],

  [
    { preset: "lenient" },
    'preset: expected one of balanced, strict, patient, or an object with a ladder for every rule, received "lenient"',
  ],
  [
    { preset: "toString" },
    'preset: expected one of balanced, strict, patient, or an object with a ladder for every rule, received "toString"',
  ],
  [{ preset: { ...balanced, poll: { warn: 1, block: 2 } } }, "preset.poll.open: is missing"],

  [
    { tools: "all" },
    'tools: expected a plain object such as { check_build: { policy: "polling" } }, received "all"',
  ],
  [
    { tools: { check_build: "polling" } },
    'tools.check_build: expected a plain object, received "polling" (write { policy: "polling" })',
  ],
  [
    { tools: { check_build: "polls" } },
    'tools.check_build: expected a plain object, received "polls"',
  ],
  [
    { tools: { search: { policy: "reads" } } },
    `tools.search.policy: expected one of ${policies}, received "reads" (did you mean "read"?)`,
  ],
  [{ tools: { search: { usd: -0.01 } } }, `tools.search.usd: ${atLeast0}, received -0.01`],

  [{ mode: "watch" }, 'mode: expected "enforce" or "observe", received "watch"'],
  [{ shared: "yes" }, 'shared: expected true or false, received "yes"'],
  [
    { recovery: { cooldownMs: -1 } },
    "recovery.cooldownMs: expected a number of milliseconds of at least 0, received -1",
  ],
  [
    { recovery: { maxCooldownMs: Infinity } },
    "recovery.maxCooldownMs: expected a number of milliseconds of at least 0, received Infinity",
  ],
  [
    { recovery: { leaseMs: "1m" } },
    'recovery.leaseMs: expected a number of milliseconds of at least 0, received "1m"',
  ],
  [
    { recovery: { probes: 0 } },
    "recovery.probes: expected a whole number of at least 1, received 0",
  ],
  [
    { recovery: { probes: 1.5 } },
    "recovery.probes: expected a whole number of at least 1, received 1.5",
  ],
  [{ recovery: 30 }, "recovery: expected a plain object, received 30"],
  [
    { reservations: { ttlMs: -1 } },
    "reservations.ttlMs: expected a number of milliseconds of at least 0, received -1",
  ],
  [
    { pricing: { unknown: "free" } },
    'pricing.unknown: expected one of ceiling, deny, allow, received "free"',
  ],
  [
    { ports: { context: "async" } },
    'ports.context: expected a context with getStore and run, received "async"',
  ],
  [{ warnings: "no" }, 'warnings: expected true or false, received "no"'],
  [{ price: 3 }, "price: expected a function, received 3"],
  [
    { record: ".guard/runs.jsonl" },
    'record: expected a function, such as recordTo("runs.jsonl.gz") of @guard/core/record, received ".guard/runs.jsonl"',
  ],
  [{ ports: { clock: Date.now() > 0 } }, "ports.clock: expected a function, received true"],
  [{ ports: { random: null } }, "ports.random: expected a function, received null"],
  [
    { store: "redis" },
    'store: expected a store with get, compareAndSet, list and close, received "redis"',
  ],
];

describe("bad options are refused with their path and value", () => {
  test.for(bad)("%o", ([options, message]) => {
    expect(() => createRegistry(options as GuardOptions)).toThrow(new OptionsError([message]));
  });

  test("one error names all wrong options", () => {
    const options = { mode: "x", budget: { usd: -1, tokens: -1 } } as never;
    expect(() => createBreaker(options)).toThrow(
      expect.objectContaining({
        code: "GUARD_BAD_OPTIONS",
        faults: [
          `budget.tokens: ${atLeast0}, received -1`,
          `budget.usd: ${atLeast0}, received -1`,
          'mode: expected "enforce" or "observe", received "x"',
        ],
      }),
    );
  });

  test("a received text is cut: a secret that slipped in is not spread", () => {
    expect(() => createBreaker({ mode: "s".repeat(1_000) as never })).toThrow(/received "s{100}"$/);
  });

  test("before anything is constructed: no port is called", () => {
    const calls: string[] = [];
    const clock = () => calls.push("clock");
    const random = () => calls.push("random");
    expect(() => createBreaker({ ports: { clock, random }, mode: "x" as never })).toThrow(
      OptionsError,
    );
    expect(calls).toEqual([]);
  });

  test("a registry also refuses wrong options of a single breaker", () => {
    const registry = createRegistry();
    expect(() => registry.breaker({ recovery: { probes: -1 } })).toThrow("recovery.probes: ");
    expect(() => registry.breaker({ name: "" })).toThrow(
      'name: expected a text that is not empty, received ""',
    );
  });
});

describe("presets and defaults", () => {
  test("balanced is the default", () => {
    expect(normalize().ladders).toEqual(balanced);
    expect(normalize({ preset: "balanced" }).ladders).toEqual(balanced);
  });

  test("by name or as an object", () => {
    expect(normalize({ preset: "strict" }).ladders).toEqual(strict);
    expect(normalize({ preset: { ...strict } }).ladders).toEqual(strict);
    expect(Object.keys(presets)).toEqual(["balanced", "strict", "patient"]);
  });

  test("options change a rule's rungs one by one, and `undefined` changes nothing", () => {
    const rules = { "no-progress": { warn: false, open: undefined }, poll: undefined } as never;
    expect(normalize({ rules }).ladders).toEqual({
      ...balanced,
      "no-progress": { ...balanced["no-progress"], warn: false },
    });
  });

  test("false switches a rule off", () => {
    const off = { warn: false, block: false, open: false };
    expect(normalize({ rules: { poll: false } }).ladders).toEqual({ ...balanced, poll: off });
  });

  test("the circuit's times", () => {
    expect(normalize().recovery).toEqual({
      cooldownMs: 30_000,
      maxCooldownMs: 900_000,
      leaseMs: 60_000,
      probes: 1,
    });
  });

  test("undefined is as good as absent", () => {
    expect(() =>
      createBreaker({ budget: undefined, mode: undefined, tools: { x: undefined } }),
    ).not.toThrow();
  });
});
