import { checkArgument, checkOptions, hasMethods, type Parameter } from "@guard/core/adapter";
import { checkRunner } from "../check-runner.ts";
import type { TestRunner } from "../test-runner.ts";
import { counting } from "./counting.ts";
import { cutOff } from "./cut-off.ts";
import type { AdapterHarness, AdapterLimit } from "./harness.ts";
import { leavingAlone } from "./leaving-alone.ts";
import { outcomes } from "./outcomes.ts";
import { runs } from "./runs.ts";
import { stoppedByHand } from "./stopped-by-hand.ts";
import { stopping } from "./stopping.ts";
import { telling } from "./telling.ts";

const parts = [
  counting,
  outcomes,
  telling,
  stopping,
  stoppedByHand,
  cutOff,
  runs,
  leavingAlone,
] as const;

const example = 'Write adapterContract({ describe, test, expect }, "my framework", { run }).';
const limits: readonly AdapterLimit[] = ["warn", "refuseInPlace", "unknownTool", "seeErrors"];
const aLimit: Parameter = {
  path: "cannot",
  expected: `only ${limits.join(", ")}`,
  fits: (value) => limits.includes(value as AdapterLimit),
  write: 'Write cannot: ["warn"].',
};

/**
 * Declares the tests that every adapter must pass. The adapter counts each call once, finds outcomes, shows warnings and
 * refusals to the model, and stops loops and spent budgets at an exact call. It obeys an operator's stop at once, gives each run
 * of a registry its own breaker and budget, books cut-off answers, and leaves healthy runs alone. A trip
 * must reach the caller as an error (`onTrip: "throw"`, the default).
 *
 * @param runner `{ describe, test, expect }` of Vitest or a similar runner
 * @param name the adapter's name in the report
 * @param harness runs agents of the framework under the adapter
 * @throws {OptionsError} if an argument is wrong
 *
 * @example
 * import { describe, expect, test } from "vitest";
 * adapterContract({ describe, test, expect }, "my framework", {
 *   run: async ({ source, script, tools }) => runMyFramework(withGuard(source), script, tools),
 * });
 */
export function adapterContract(runner: TestRunner, name: string, harness: AdapterHarness): void {
  checkRunner(runner, name, example);
  checkArgument(harness, {
    path: "harness",
    expected: "an object with run",
    fits: (value) => hasMethods(value, "run"),
    write: example,
  });
  checkOptions(harness, ["run", "stream", "cannot"], example, "harness");
  for (const limit of harness.cannot ?? []) checkArgument(limit, aLimit);
  runner.describe(name, () => {
    for (const part of parts) {
      part(runner, harness);
    }
  });
}
