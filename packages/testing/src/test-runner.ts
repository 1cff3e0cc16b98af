/**
 * What a contract needs of a test runner. `import { describe, expect, test } from "vitest"` fits as it
 * is, and so do Jest's and Bun's.
 *
 * @example
 * import { describe, expect, test } from "vitest";
 * storeContract({ describe, test, expect }, "memory", (clock) => memoryStore({ clock }));
 */
export interface TestRunner {
  /** Groups tests. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** Declares a test, which fails when its body rejects. */
  readonly test: (name: string, body: () => Promise<void>) => unknown;
  /** Begins an assertion, which throws when it does not hold. */
  readonly expect: (value: unknown) => Assertion;
}

/** The assertions that the contracts use, as Vitest and Jest define them. */
export interface Assertion {
  toBe(expected: unknown): unknown;
  toEqual(expected: unknown): unknown;
  toMatchObject(expected: object): unknown;
  toContain(expected: unknown): unknown;
}
