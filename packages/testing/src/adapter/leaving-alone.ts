import { createBreaker, findCircuitOpen } from "@guard/core";
import type { TestRunner } from "../test-runner.ts";
import { ask, done, found, repeated, same, tools, work } from "./conversations.ts";
import type { AdapterHarness } from "./harness.ts";
import { countsOf, judgements, played, still } from "./played.ts";

/** guard must not change healthy runs, observed runs, and runs whose listeners throw. */
export function leavingAlone({ test, expect }: TestRunner, harness: AdapterHarness): void {
  test("healthy: a run with progress reads the results of its tools, and ends by itself", async () => {
    const { run, events } = await played(harness, work(12));
    const read = Array.from({ length: 12 }, (_, index) => found(`file ${index + 1}`));
    expect(run).toEqual({ modelCalls: 13, toolRuns: 12, read, error: undefined, text: done });
    expect(events).toEqual([]);
  });

  test("healthy: a run without tools", async () => {
    const { run } = await played(harness, () => done);
    expect(run).toEqual({ modelCalls: 1, toolRuns: 0, read: [], error: undefined, text: done });
  });

  test("healthy: guard reports no misplacement", async () => {
    const breaker = createBreaker(still());
    const mistakes: string[] = [];
    for (const name of misplacements) breaker.on(name, ({ type }) => mistakes.push(type));
    await harness.run({ source: breaker, script: work(2), tools });
    await harness.run({ source: breaker, script: work(2), tools });
    expect(mistakes).toEqual([]);
  });

  test("observed: a loop runs as without guard", async () => {
    const { run, events } = await played(harness, repeated(8, [ask("a")]), { mode: "observe" });
    const read = Array.from({ length: 8 }, () => found("a"));
    expect(run).toEqual({ modelCalls: 9, toolRuns: 8, read, error: undefined, text: done });
    expect(events.some(({ type }) => type === "trip")).toBe(true);
  });

  test("listeners and a recorder that throw change nothing", async () => {
    const breaker = createBreaker({ ...still(), preset: "strict", record: fail });
    for (const name of judgements) breaker.on(name, fail);
    const run = await harness.run({ source: breaker, script: same, tools });
    expect(countsOf(run)).toEqual({ modelCalls: 3, toolRuns: 2 });
    expect(findCircuitOpen(run.error)?.code).toBe("GUARD_CIRCUIT_OPEN");
  });
}

const misplacements = ["unguarded", "guarded-twice", "breaker-per-call", "shared-run"] as const;

function fail(): never {
  throw new Error("a fault of the user's own");
}
