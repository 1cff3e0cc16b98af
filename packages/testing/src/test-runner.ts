/**
 * The functions of a test runner that a contract calls. Those of Vitest, Jest and Bun fit as they are.
 *
 * @example
 * import { describe, expect, test } from "vitest";
 * storeContract({ describe, test, expect }, "memory", (clock) => memoryStore({ clock }));
 */
export interface TestRunner {
  /** Groups tests. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** Declares a test. The test fails if its body rejects. */
  readonly test: (name: string, body: () => Promise<void>) => unknown;
  /** Begins an assertion. The assertion throws if it does not hold. */
  readonly expect: (value: unknown) => Assertion;
}

/** The assertions that the contracts use, with the meaning of Vitest and Jest. */
export interface Assertion {
  toBe(expected: unknown): unknown;
  toEqual(expected: unknown): unknown;
  toMatchObject(expected: object): unknown;
  toContain(expected: unknown): unknown;
}
