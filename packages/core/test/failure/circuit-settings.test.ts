import { describe, expect, test } from "vitest";
import type { FailureCircuitOptions } from "../../src/failure/circuit-options.ts";
import { circuitSettings } from "../../src/failure/circuit-settings.ts";

const minute = 60_000;

test("every option has a default", () => {
  const { isFailure, isFailedResult, ...figures } = circuitSettings("c");
  expect(figures).toEqual({
    openRule: { counts: "in-a-row", failures: 5 },
    recovery: { cooldownMs: minute, maxCooldownMs: 15 * minute, leaseMs: minute, probes: 1 },
    successThreshold: 1,
    slowCallMs: Number.POSITIVE_INFINITY,
    excluded: [],
  });
  expect([isFailure(new Error("x")), isFailedResult("x")]).toEqual([true, false]);
});

test("every option is kept as it was given", () => {
  const given = {
    failureThreshold: 2,
    windowCalls: 3,
    slowCallMs: 4,
    recoveryTimeoutMs: 5,
    maxRecoveryTimeoutMs: 6,
    halfOpenMaxCalls: 7,
    successThreshold: 8,
    probeTimeoutMs: 9,
    excluded: [TypeError],
    isFailure: () => false,
    isFailedResult: () => true,
  };
  expect(circuitSettings("c", given)).toEqual({
    openRule: { counts: "calls", calls: 3, failures: 2 },
    recovery: { cooldownMs: 5, maxCooldownMs: 6, leaseMs: 9, probes: 7 },
    successThreshold: 8,
    slowCallMs: 4,
    excluded: [TypeError],
    isFailure: given.isFailure,
    isFailedResult: given.isFailedResult,
  });
});

test("a long break makes the longest one longer", () => {
  const { recovery } = circuitSettings("c", { recoveryTimeoutMs: 60 * minute });
  expect(recovery).toMatchObject({ cooldownMs: 60 * minute, maxCooldownMs: 60 * minute });
});

test("no break is longer than maxRecoveryTimeoutMs, also without recoveryTimeoutMs", () => {
  const { recovery } = circuitSettings("c", { maxRecoveryTimeoutMs: 1_000 });
  expect(recovery).toMatchObject({ cooldownMs: 1_000, maxCooldownMs: 1_000 });
  const { recovery: long } = circuitSettings("c", { maxRecoveryTimeoutMs: 60 * minute });
  expect(long).toMatchObject({ cooldownMs: minute, maxCooldownMs: 60 * minute });
});

describe("what opens the circuit", () => {
  test.each<[given: FailureCircuitOptions, rule: object]>([
    [{ failureThreshold: 3 }, { counts: "in-a-row", failures: 3 }],
    [{ windowCalls: 9 }, { counts: "calls", calls: 9, failures: 5 }],
    [
      { windowCalls: 9, failureThreshold: 9 },
      { counts: "calls", calls: 9, failures: 9 },
    ],
    [{ windowMs: 9 }, { counts: "time", ms: 9, failures: 5 }],
    [
      { windowMs: 9, failureThreshold: 99 },
      { counts: "time", ms: 9, failures: 99 },
    ],
    [
      { windowCalls: 99, failureRate: 0.5 },
      { counts: "rate-of-calls", calls: 99, rate: 0.5, minimum: 10 },
    ],
    [
      { windowCalls: 9, failureRate: 1 },
      { counts: "rate-of-calls", calls: 9, rate: 1, minimum: 9 },
    ],
    [
      { windowCalls: 9, failureRate: 0.1, minimumCalls: 9 },
      { counts: "rate-of-calls", calls: 9, rate: 0.1, minimum: 9 },
    ],
    [
      { windowMs: 9, failureRate: 0.5 },
      { counts: "rate-in-time", ms: 9, rate: 0.5, minimum: 10 },
    ],
    [
      { windowMs: 9, failureRate: 0.5, minimumCalls: 40 },
      { counts: "rate-in-time", ms: 9, rate: 0.5, minimum: 40 },
    ],
  ])("%j", (given, rule) => {
    expect(circuitSettings("c", given).openRule).toEqual(rule);
  });
});

const ms = (least: number) => `a number of milliseconds of at least ${least}`;

describe("the least and the most that an option may be", () => {
  const rate = { windowMs: 1, failureRate: 0.5 };
  const whole = "a whole number of at least 1";
  test.each<[name: keyof FailureCircuitOptions, fits: number[], not: number[], expected: string]>([
    ["failureThreshold", [1, Number.MAX_SAFE_INTEGER], [0, 1.5, -1], whole],
    ["windowCalls", [5, 10_000], [0, 10_001, 5.5], "a whole number from 1 to 10000"],
    ["windowMs", [1, 1.5], [0, 0.5, -1], ms(1)],
    ["minimumCalls", [1, 1_000_000], [0, 1.5], whole],
    ["failureRate", [0.001, 1], [0, 1.001, -1], "a share of more than 0 and at most 1"],
    ["slowCallMs", [0, 0.5], [-1], ms(0)],
    ["recoveryTimeoutMs", [0, 0.5], [-1], ms(0)],
    ["maxRecoveryTimeoutMs", [minute], [-1], ms(0)],
    ["halfOpenMaxCalls", [1, 1_000], [0, 1_001, 1.5], "a whole number from 1 to 1000"],
    ["successThreshold", [1, 1_000_000], [0, 1.5], whole],
    ["probeTimeoutMs", [1, 1.5], [0, 0.5], ms(1)],
  ])("%s", (name, fits, not, expected) => {
    const others = name === "minimumCalls" || name === "failureRate" ? rate : {};
    for (const value of fits) {
      expect(() => circuitSettings("c", { ...others, [name]: value })).not.toThrow();
    }
    for (const value of [...not, Number.NaN, Number.POSITIVE_INFINITY, "1"]) {
      expect(() => circuitSettings("c", { ...others, [name]: value })).toThrow(
        `circuit("c").${name}: expected ${expected}, received ${typeof value === "string" ? '"1"' : value}`,
      );
    }
  });

  test.each(["isFailure", "isFailedResult"])("%s is a function", (name) => {
    expect(() => circuitSettings("c", { [name]: 1 })).toThrow(
      `circuit("c").${name}: expected a function, received 1`,
    );
  });

  test.each<[FailureCircuitOptions]>([
    [{ maxRecoveryTimeoutMs: minute }],
    [{ recoveryTimeoutMs: 5, maxRecoveryTimeoutMs: 5 }],
    [{ windowCalls: 5, failureThreshold: 5 }],
    [{ windowCalls: 5, failureRate: 1, minimumCalls: 5 }],
    [{ recoveryTimeoutMs: 60 * minute }],
  ])("%j contradict each other in nothing", (given) => {
    expect(() => circuitSettings("c", given)).not.toThrow();
  });

  test("all faults are told at once", () => {
    const given = { windowCalls: 5, windowMs: 5, minimumCalls: 5 };
    expect(() => circuitSettings("c", given)).toThrow(
      expect.objectContaining({ faults: [expect.any(String), expect.any(String)] }),
    );
  });

  test("a long name of a circuit is cut in the message", () => {
    expect(() => circuitSettings("n".repeat(200), { windowMs: 0 })).toThrow(
      `circuit("${"n".repeat(100)}").windowMs`,
    );
  });
});
