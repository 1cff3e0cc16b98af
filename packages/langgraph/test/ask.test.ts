// A human is asked what a stopped run may still do.
import { createBreaker, createRegistry, type GuardOptions } from "@guard/core";
import { manualClock } from "@guard/testing";
import { tool } from "@langchain/core/tools";
import { Command, MemorySaver } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ending, listen } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { useTool, scriptedModel, use } from "guard-test-support/langchain";
import { GuardGraphHandler, type TripDecision, type TripQuestion } from "../src/index.ts";
import { askingGraph, question } from "./support/graphs.ts";

quietHandlerErrors();

const config = { configurable: { thread_id: "thread" } };
const said = { by: "ana", why: "the port changes hourly" };
const options = (): GuardOptions => ({
  preset: "strict",
  onTrip: "ask",
  ports: { clock: manualClock() },
});

const sources = [
  { kind: "a registry", make: () => createRegistry(options()) },
  { kind: "a breaker", make: () => createBreaker(options()) },
];

describe.each(sources)("$kind", ({ make }) => {
  function asked(lastLoop = 60) {
    const source = make();
    const model = scriptedModel((turn) => (turn <= lastLoop ? [use()] : "It is 8080."));
    const used = useTool();
    const checkpointer = new MemorySaver();
    const graph = askingGraph({ model, tools: [used.tool], source, checkpointer });
    return {
      graph,
      events: listen(source),
      counts: () => [model.callCount, used.ran.length],
      resume: (resume: TripDecision) => ending(() => graph.invoke(new Command({ resume }), config)),
    };
  }

  test("the graph waits and says why", async () => {
    const { graph, counts } = asked();
    const result = await graph.invoke(question, config);
    expect(counts()).toEqual([3, 2]);
    expect(questionIn(result)).toMatchObject({
      guard: "trip",
      text: expect.stringContaining("This task was stopped"),
      trip: { reason: "loop", finding: { tool: "use" } },
    });
  });

  test("stop: the run ends with an answer, and guard starts nothing", async () => {
    const { graph, counts, resume } = asked();
    await graph.invoke(question, config);
    const { result, error } = await resume("stop");
    expect(error).toBeUndefined();
    expect(counts()).toEqual([3, 2]);
    expect(result?.messages.at(-1)?.text).toContain("This task was stopped");
    expect((await graph.getState(config)).next).toEqual([]);
  });

  test("granted: guard allows that many calls, events say who granted and why, then guard asks again", async () => {
    const { graph, counts, resume, events } = asked();
    await graph.invoke(question, config);
    const { result } = await resume([
      { grant: "model", times: 2, ...said },
      { grant: "tool", ...said },
    ]);
    expect(counts()).toEqual([5, 3]);
    expect(events.filter(({ type }) => type === "granted")).toMatchObject([said, said, said]);
    expect(questionIn(result)).toMatchObject({ guard: "trip" });
  });

  test("granted: a run that finishes ends with the model's own answer", async () => {
    const { graph, counts, resume } = asked(4);
    await graph.invoke(question, config);
    const { result, error } = await resume([
      { grant: "model", times: 2, ...said },
      { grant: "tool", ...said },
    ]);
    expect(error).toBeUndefined();
    expect(counts()).toEqual([5, 3]);
    expect(result?.messages.at(-1)?.text).toBe("It is 8080.");
  });

  test("forced closed: the run goes on until the override is lifted", async () => {
    const { graph, counts, resume } = asked(10);
    await graph.invoke(question, config);
    const { result } = await resume({ force: "closed", ...said });
    expect(counts()).toEqual([11, 9]);
    expect(result?.messages.at(-1)?.text).toBe("It is 8080.");
  });

  test("a decision that guard can't obey: nothing starts, guard asks again and says why", async () => {
    const { graph, counts, resume } = asked(4);
    await graph.invoke(question, config);
    const { result } = await resume([
      { grant: "model", times: 2, ...said },
      { grant: "tool", by: "", why: "" },
    ]);
    expect(questionIn(result)?.text).toContain("The last decision can't be obeyed: override.by");
    expect(counts()).toEqual([3, 2]);
    const done = await resume([
      { grant: "model", times: 2, ...said },
      { grant: "tool", times: 1, ...said },
    ]);
    expect(done.result?.messages.at(-1)?.text).toBe("It is 8080.");
    expect(counts()).toEqual([5, 3]);
  });
});

test("a grant for a tool is no grant for another tool that it calls", async () => {
  const source = createRegistry(options());
  const used = useTool();
  const all = tool(({ q }, its) => used.tool.invoke({ q }, its).catch(() => "nothing"), {
    name: "all",
    description: "Uses all.",
    schema: z.object({ q: z.string() }),
  });
  const model = scriptedModel(() => [{ name: "all", args: { q: "a" } }]);
  const graph = askingGraph({ model, tools: [all], source, checkpointer: new MemorySaver() });
  await graph.invoke(question, config);
  const before = used.ran.length;

  const resume: TripDecision = [
    { grant: "model", ...said },
    { grant: "tool", ...said },
  ];
  await graph.invoke(new Command({ resume }), config);

  expect([before, used.ran.length]).toEqual([2, 2]);
});

test("without a node that asks, the run rejects", async () => {
  const source = createRegistry(options());
  const model = scriptedModel(() => [use()]);
  const graph = createReactAgent({ llm: model, tools: [useTool().tool] });
  const callbacks = [new GuardGraphHandler(source)];
  const { stop } = await ending(() => graph.invoke(question, { callbacks }));
  expect(stop?.code).toBe("GUARD_CIRCUIT_OPEN");
});

test("without a checkpointer the graph can't wait for a human: the run rejects", async () => {
  const model = scriptedModel(() => [use()]);
  const graph = askingGraph({ model, tools: [useTool().tool], source: createRegistry(options()) });
  const { error } = await ending(() => graph.invoke(question));
  expect(error).toMatchObject({ message: expect.stringMatching(/checkpointer/i) });
  expect(model.callCount).toBe(3);
});

function questionIn(result: unknown): TripQuestion | undefined {
  const { __interrupt__: waiting } = result as { __interrupt__?: { value: TripQuestion }[] };
  return waiting?.[0]?.value;
}
