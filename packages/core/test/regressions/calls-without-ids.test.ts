// A call without an id took over the decision about its model's request, whose key the answer shares: it was neither
// judged nor counted, and a loop of such calls never stopped.
import { expect, test } from "vitest";
import { runsOf } from "../../src/adapter/index.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";

test("calls without ids, of an answer without an id, are judged", async () => {
  const breaker = createBreaker({ preset: "strict" });
  const agent = runsOf(breaker).run("root").agent();
  const use = { kind: "tool", tool: "use", args: { q: "a" } } as const;
  const stops: unknown[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const { key } = await agent.request({ kind: "model" });
    const stop = await agent.answered(key, { calls: [use] });
    stops.push(stop?.reason);
    if (stop !== undefined) break;
    const { key: started } = await agent.start(use);
    await agent.end(started, { status: "success", result: "the same" });
  }
  expect(stops).toEqual([undefined, undefined, "loop"]);
  expect(breaker.spending).toMatchObject({ modelCalls: 3, toolCalls: 2 });
});
