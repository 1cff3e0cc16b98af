import { findCircuitOpen } from "@guard/core";
import type { TestRunner } from "../test-runner.ts";
import { alternating, ask, same, tools, work } from "./conversations.ts";
import { can, type AdapterHarness } from "./harness.ts";
import { countsOf, played } from "./played.ts";

/** Loops and spent budgets end the run at an exact call, and nothing starts after it. */
export function stopping({ test, expect }: TestRunner, harness: AdapterHarness): void {
  const refuse = can(harness, "refuseInPlace");
  const loops = [
    { preset: "strict", loop: "AAAA", script: same, modelCalls: 3, toolRuns: 2 },
    { preset: "strict", loop: "ABAB", script: alternating, modelCalls: 5, toolRuns: 4 },
    { preset: "balanced", loop: "AAAA", script: same, modelCalls: 6, toolRuns: refuse ? 3 : 5 },
    {
      preset: "balanced",
      loop: "ABAB",
      script: alternating,
      modelCalls: 7,
      toolRuns: refuse ? 4 : 6,
    },
  ] as const;

  for (const { preset, loop, script, ...counts } of loops) {
    test(`stopped: ${loop}, ${preset}, after exactly ${counts.modelCalls} model calls`, async () => {
      const { run, breaker, events } = await played(harness, script, { preset });
      expect(countsOf(run)).toEqual(counts);
      const stop = findCircuitOpen(run.error);
      expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
      expect(stop?.report).toMatchObject({ reason: "loop", finding: { tool: "use" } });
      expect(breaker.state).toBe("open");
      expect(events.filter(({ type }) => type === "trip").length).toBe(1);
    });
  }

  if (can(harness, "unknownTool")) {
    test("stopped: a loop of calls of a missing tool", async () => {
      const { run } = await played(harness, () => [ask("a", "no_such_tool")], { preset: "strict" });
      expect(countsOf(run)).toEqual({ modelCalls: 3, toolRuns: 0 });
      expect(findCircuitOpen(run.error)?.finding.tool).toBe("no_such_tool");
    });
  } else {
    test("stopped by the framework: the first call of a missing tool", async () => {
      const { run, events } = await played(harness, () => [ask("a", "no_such_tool"), ask("b")]);
      expect(countsOf(run)).toEqual({ modelCalls: 1, toolRuns: 0 });
      expect(run.error === undefined).toBe(false);
      expect([findCircuitOpen(run.error), events]).toEqual([undefined, []]);
    });
  }

  test("nothing after: no call of the answer that trips runs", async () => {
    const { run } = await played(
      harness,
      (turn) => (turn < 3 ? [ask("a")] : [ask("b"), ask("a"), ask("c")]),
      { preset: "strict" },
    );
    expect(countsOf(run)).toEqual({ modelCalls: 3, toolRuns: 2 });
  });

  test("nothing after: the next run on the same breaker asks no model", async () => {
    const { breaker } = await played(harness, same, { preset: "strict" });
    const next = await harness.run({ source: breaker, script: work(1), tools });
    expect(countsOf(next)).toEqual({ modelCalls: 0, toolRuns: 0 });
    expect(findCircuitOpen(next.error)?.code).toBe("GUARD_CIRCUIT_OPEN");
  });

  test("budget: a budget of three model calls allows three model calls", async () => {
    const { run } = await played(harness, work(10), { budget: { modelCalls: 3 } });
    expect(run.modelCalls).toBe(3);
    const stop = findCircuitOpen(run.error);
    expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect(stop?.finding).toMatchObject({ ceiling: "modelCalls", limit: 3 });
  });
}
