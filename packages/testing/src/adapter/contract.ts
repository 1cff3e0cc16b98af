import type { TestRunner } from "../test-runner.ts";
import { counting } from "./counting.ts";
import { cutOff } from "./cut-off.ts";
import type { AdapterHarness } from "./harness.ts";
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

/**
 * Declares the tests that every adapter of guard's passes: calls are counted once, outcomes found,
 * warnings and refusals read, loops and spent budgets stopped at an exact call, an operator's stop obeyed at once, each run of a registry given a
 * breaker and a budget of its own, answers that break off paid as far as they have come, and healthy runs left alone. Trips must reach the caller as an error, which is
 * what `onTrip: "throw"`, the default, means.
 *
 * @param runner `{ describe, test, expect }` of Vitest, or of a runner like it
 * @param name what is tested, as it shall stand in the report
 * @param harness runs agents of the framework, with the adapter in its place
 *
 * @example
 * import { describe, expect, test } from "vitest";
 * adapterContract({ describe, test, expect }, "my framework", {
 *   run: async ({ source, script, tools }) => runMyFramework(withGuard(source), script, tools),
 * });
 */
export function adapterContract(runner: TestRunner, name: string, harness: AdapterHarness): void {
  runner.describe(name, () => {
    for (const part of parts) {
      part(runner, harness);
    }
  });
}
