import { describe, expect, test } from "vitest";
import { createRegistry } from "../../src/index.ts";

describe("a wrong option of a circuit is named with its path, its value and what to write", () => {
  test.each<[given: unknown, fault: string]>([
    [
      { failureThreshold: 0 },
      'circuit("c").failureThreshold: expected a whole number of at least 1, received 0',
    ],
    [
      { failureThreshold: Number.NaN },
      'circuit("c").failureThreshold: expected a whole number of at least 1, received NaN',
    ],
    [
      { failureTreshold: 3 },
      'circuit("c").failureTreshold: there is no such option (did you mean `failureThreshold`?)',
    ],
    [
      { recoveryTimeoutMs: -1 },
      'circuit("c").recoveryTimeoutMs: expected a number of milliseconds of at least 0, received -1',
    ],
    [
      { recoveryTimeoutMs: Infinity },
      'circuit("c").recoveryTimeoutMs: expected a number of milliseconds of at least 0, received Infinity',
    ],
    [
      { halfOpenMaxCalls: 1.5 },
      'circuit("c").halfOpenMaxCalls: expected a whole number from 1 to 1000, received 1.5',
    ],
    [
      { excluded: [TypeError, "E"] },
      'circuit("c").excluded.1: expected an error class, a function of an error, or a list of these, received "E"',
    ],
    [
      { excluded: "TypeError" },
      'circuit("c").excluded: expected an error class, a function of an error, or a list of these, received "TypeError"',
    ],
    [{ isFailure: true }, 'circuit("c").isFailure: expected a function, received true'],
    [
      { windowCalls: 5, windowMs: 5 },
      'circuit("c").windowMs: a circuit has one window (write windowCalls or windowMs)',
    ],
    [
      { failureRate: 0.5 },
      'circuit("c").failureRate: needs a window (write windowCalls or windowMs, too)',
    ],
    [
      { failureRate: 50, windowCalls: 9 },
      'circuit("c").failureRate: expected a share of more than 0 and at most 1, received 50',
    ],
    [
      { failureRate: 0.5, windowCalls: 9, failureThreshold: 2 },
      'circuit("c").failureRate: a circuit has one threshold (write failureThreshold or failureRate)',
    ],
    [{ minimumCalls: 5 }, 'circuit("c").minimumCalls: belongs to a rate (write failureRate, too)'],
    [
      { failureRate: 0.5, windowCalls: 4, minimumCalls: 5 },
      'circuit("c").minimumCalls: expected at most windowCalls (4), received 5',
    ],
    [
      { failureThreshold: 6, windowCalls: 4 },
      'circuit("c").failureThreshold: expected at most windowCalls (4), received 6',
    ],
    [
      { recoveryTimeoutMs: 9, maxRecoveryTimeoutMs: 8 },
      'circuit("c").maxRecoveryTimeoutMs: expected at least recoveryTimeoutMs (9), received 8',
    ],
    ["strict", 'circuit("c"): expected a plain object, received "strict"'],
  ])("%j", (given, fault) => {
    const registry = createRegistry();
    expect(() => registry.circuit("c", given as object)).toThrow(
      expect.objectContaining({ code: "GUARD_BAD_OPTIONS", faults: [fault] }),
    );
    expect(registry.circuit("c").state).toBe("closed");
  });
});

test("an excluded function may be a proxy that was revoked: guard keeps it and does not look into it", () => {
  const { proxy, revoke } = Proxy.revocable(() => true, {});
  revoke();
  expect(() => createRegistry().circuit("c", { excluded: proxy })).not.toThrow();
  expect(() => createRegistry().circuit("d", { excluded: [proxy] })).not.toThrow();
});
