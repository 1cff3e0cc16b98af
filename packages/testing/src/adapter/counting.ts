import type { TestRunner } from "../test-runner.ts";
import { answers, ask, tools, work } from "./conversations.ts";
import { can, type AdapterHarness } from "./harness.ts";
import { countsOf, played } from "./played.ts";

/** The adapter counts every model call and every tool call, once each. */
export function counting({ test, expect }: TestRunner, harness: AdapterHarness): void {
  test("counts each model call and each tool call once", async () => {
    const { run, breaker } = await played(harness, work(4));
    expect(countsOf(run)).toEqual({ modelCalls: 5, toolRuns: 4 });
    expect(breaker.spending).toMatchObject({ modelCalls: 5, toolCalls: 4 });
  });

  test("counts each call of an answer that asks for several", async () => {
    const { run, breaker } = await played(harness, answers([ask("a"), ask("b"), ask("c")]));
    expect(countsOf(run)).toEqual({ modelCalls: 2, toolRuns: 3 });
    expect(breaker.spending).toMatchObject({ modelCalls: 2, toolCalls: 3 });
  });

  test("counts calls that differ only in their ids", async () => {
    const twins = [
      { ...ask("a"), id: "call_one" },
      { ...ask("a"), id: "call_two" },
    ];
    const { breaker } = await played(harness, answers(twins));
    expect(breaker.spending).toMatchObject({ modelCalls: 2, toolCalls: 2 });
  });

  if (can(harness, "unknownTool")) {
    test("counts the call of a missing tool", async () => {
      const { breaker } = await played(harness, answers([ask("a", "no_such_tool")]));
      expect(breaker.spending).toMatchObject({ modelCalls: 2, toolCalls: 1 });
    });
  } else {
    test("gives the call of a missing tool back when the framework ends the run there", async () => {
      const { breaker } = await played(harness, answers([ask("a", "no_such_tool")]));
      expect(breaker.spending).toMatchObject({ modelCalls: 1, toolCalls: 0 });
    });
  }

  test("goes on counting in the next run on the same breaker", async () => {
    const { breaker } = await played(harness, work(1));
    await harness.run({ source: () => breaker, script: work(1), tools });
    expect(breaker.spending).toMatchObject({ modelCalls: 4, toolCalls: 2 });
  });
}
