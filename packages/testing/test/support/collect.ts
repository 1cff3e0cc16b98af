import { expect } from "vitest";
import type { TestRunner } from "../../src/index.ts";

/** A test that a contract declares. */
export interface Declared {
  readonly name: string;
  readonly body: () => Promise<void>;
}

/** The tests that a contract declares, not yet run. */
export function declaredBy(declare: (runner: TestRunner) => void): readonly Declared[] {
  const tests: Declared[] = [];
  declare({
    describe: (_name, body) => body(),
    test: (name, body) => tests.push({ name, body }),
    expect,
  });
  return tests;
}

/** Runs the tests that a contract declares, and returns the names of those that fail. */
export async function failuresOf(declare: (runner: TestRunner) => void): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, body } of declaredBy(declare)) {
    await body().catch(() => failed.push(name));
  }
  return failed;
}
