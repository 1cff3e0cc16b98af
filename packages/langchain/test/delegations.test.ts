// A tool that runs an agent hands work over: it is judged by who gives which task to whom, not by what comes
// back. What is new in every answer may still be the same task for ever.
import { createRegistry, type GuardOptions, type RecordedEvent } from "@guard/core";
import { HumanMessage } from "@langchain/core/messages";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { ending, listen } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel, type Answer, type ToolRequest, named } from "guard-test-support/langchain";
import { GuardCallbackHandler, type HandoffOptions, guardMiddleware } from "../src/index.ts";
import { question, toolCallingExecutor } from "./support/runners.ts";

quietHandlerErrors();

const ask = (q: string, name = "ask_researcher"): ToolRequest => ({ name, args: { q } });
const same = () => [ask("Find the port of the staging server.")];

/** Tasks with nothing in common but what they are about. */
const tasks = [
  "Find the port of the staging server.",
  "Who wrote the deployment script, and when?",
  "Compare the two load balancers by price.",
  "List open incidents since Monday.",
  "Summarise the architecture document.",
  "Check whether the certificate expires soon.",
  "Draft a message for the on-call team.",
  "Which regions have no backup yet?",
  "Measure how long a cold start takes.",
  "Translate the runbook for the Lyon office.",
];
const different = (turn: number) =>
  turn <= tasks.length ? [ask(tasks[turn - 1]!)] : "It is 8080.";
const assigning = (turn: number) => (turn <= 4 ? [ask(tasks[turn - 1]!, "assign")] : "done");
const twoAtOnce = (turn: number) => (turn === 1 ? [ask(tasks[0]!), ask(tasks[1]!)] : "It is 8080.");

/** The same task for the items of a list: one word stands in place of another. */
const items = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"];
const list = (turn: number) =>
  turn <= items.length
    ? [ask(`Read the file of ${items[turn - 1]} and sum it up.`)]
    : "It is 8080.";

const declared: HandoffOptions = {
  handoff: ({ tool }) => (tool === "ask_researcher" ? { to: "researcher" } : undefined),
};

/** A manager and an agent inside its tool, whose answer is new each time. */
function crew(script: (turn: number) => Answer, guard: GuardOptions, options?: HandoffOptions) {
  const handed: unknown[] = [];
  const record = (_: string, event: RecordedEvent) => {
    if (event.type === "handoff") handed.push([event.from, event.to]);
  };
  const registry = createRegistry({ ...guard, record });
  const handler = new GuardCallbackHandler(registry, options);
  const events = listen(registry);
  const worker = scriptedModel((turn) => `Finding number ${turn}: ${"I".repeat(turn)}.`, "worker");
  const researcher = createAgent({ model: worker, tools: [], name: "researcher" });
  const tool = named("ask_researcher", async (q) => {
    const { messages } = await researcher.invoke({ messages: [new HumanMessage(q)] });
    return messages.at(-1)?.text;
  });
  const manager = scriptedModel(script, "manager");
  const agent = createAgent({
    model: manager,
    tools: [tool],
    name: "manager",
    middleware: [guardMiddleware(registry)],
  });
  return {
    handed,
    events: () => events.map(({ type }) => type),
    run: () => ending(() => agent.invoke(question, { callbacks: [handler], recursionLimit: 100 })),
    executor: () =>
      ending(() =>
        Object.assign(toolCallingExecutor({ model: manager, tools: [tool] }), {
          maxIterations: 60,
        }).invoke({ input: "Find the port." }, { callbacks: [handler] }),
      ),
    counts: () => [manager.callCount, worker.callCount],
  };
}

describe("guard stops the same task again and again, although each answer has new words", () => {
  interface Case {
    readonly preset: "balanced" | "strict";
    readonly how: string;
    readonly options?: HandoffOptions;
    /** Model calls of the manager, and of the agent inside its tool. */
    readonly counts: readonly [number, number];
  }
  const cases: readonly Case[] = [
    { preset: "balanced", how: "declared", options: declared, counts: [19, 16] },
    { preset: "balanced", how: "seen once", counts: [20, 17] },
    { preset: "strict", how: "declared", options: declared, counts: [3, 2] },
    { preset: "strict", how: "seen once", counts: [4, 3] },
  ];
  test.for(cases)("$preset, $how: $counts", async ({ preset, options, counts }) => {
    const { run, counts: counted, events, handed } = crew(same, { preset }, options);

    const { stop } = await run();

    expect(counted()).toEqual(counts);
    expect(stop?.finding).toMatchObject({
      reason: "delegation",
      agent: "manager",
      tool: "researcher",
    });
    expect(events().filter((type) => type === "trip")).toHaveLength(1);
    expect(handed[0]).toEqual(["manager", "researcher"]);
  });

  test("what was seen in one run is known in the next", async () => {
    const { run, counts } = crew(same, {});
    await run();
    const [models = 0, inner = 0] = counts();
    await run();
    expect([counts()[0]! - models, counts()[1]! - inner]).toEqual([19, 16]);
  });

  test("a classic executor can't refuse: the run is stopped all the same", async () => {
    const { executor, counts } = crew(same, {}, declared);
    const { stop } = await executor();
    expect(stop?.reason).toBe("delegation");
    expect(counts()).toEqual([19, 18]);
  });
});

describe("a manager that gives out different tasks is left alone", () => {
  const cases = [
    { preset: "balanced", how: "declared", options: declared },
    { preset: "balanced", how: "seen once", options: {} },
  ] as const;
  test.for(
    cases.flatMap((given) => [
      { ...given, what: "different tasks", script: different, given: tasks.length },
      { ...given, what: "the items of a list", script: list, given: items.length },
    ]),
  )("$preset, $how, $what", async ({ preset, options, script, given }) => {
    const { run, counts, events } = crew(script, { preset }, options);

    const { result, error } = await run();

    expect(error).toBeUndefined();
    expect(result?.messages.at(-1)?.text).toBe("It is 8080.");
    expect(counts()).toEqual([given + 1, given]);
    expect(events().filter((type) => type !== "run-ended")).toEqual([]);
  });
});

test("a tool that runs one agent or another stands for them by its own name", async () => {
  const handed: unknown[] = [];
  const record = (_: string, event: RecordedEvent) => {
    if (event.type === "handoff") handed.push([event.from, event.to]);
  };
  const registry = createRegistry({ record });
  const names = ["reader", "writer"];
  const workers = names.map((name) =>
    createAgent({ model: scriptedModel(() => `${name} has done it.`, name), tools: [], name }),
  );
  let called = 0;
  const tool = named("assign", async (q) => {
    called += 1;
    const { messages } = await workers[called % 2]!.invoke({ messages: [new HumanMessage(q)] });
    return messages.at(-1)?.text;
  });
  const agent = createAgent({ model: scriptedModel(assigning), tools: [tool], name: "manager" });

  await agent.invoke(question, { callbacks: [new GuardCallbackHandler(registry)] });

  // the first call was that of a tool like any other
  expect(handed).toEqual([
    ["manager", "writer"],
    ["manager", "assign"],
    ["manager", "assign"],
  ]);
});

test("a tool that runs a crew hands over to the crew, not to who works in it", async () => {
  const handed: unknown[] = [];
  const record = (_: string, event: RecordedEvent) => {
    if (event.type === "handoff") handed.push([event.from, event.to]);
  };
  const registry = createRegistry({ record });
  const writer = createAgent({
    model: scriptedModel((turn) => `Draft ${turn}.`),
    tools: [],
    name: "writer",
  });
  const team = new StateGraph(MessagesAnnotation)
    .addNode("writer", writer.graph)
    .addEdge(START, "writer")
    .compile({ name: "team" });
  const tool = named("assign", async (q) => {
    const { messages } = await team.invoke({ messages: [new HumanMessage(q)] });
    return messages.at(-1)?.text;
  });
  const agent = createAgent({ model: scriptedModel(assigning), tools: [tool], name: "manager" });

  await agent.invoke(question, { callbacks: [new GuardCallbackHandler(registry)] });

  expect(handed).toEqual(Array.from({ length: 3 }, () => ["manager", "team"]));
});

test("two agents at once, each with a task of its own, are left alone", async () => {
  const { run, counts, events } = crew(twoAtOnce, { preset: "strict" }, declared);
  const { error } = await run();
  expect(error).toBeUndefined();
  expect(counts()).toEqual([2, 2]);
  expect(events()).toEqual(["run-ended"]);
});

test("unknown options", () => {
  const registry = createRegistry();
  const make = (options: unknown) => () =>
    new GuardCallbackHandler(registry, options as HandoffOptions);
  expect(make({ handoff: "ask_researcher" })).toThrow(
    'handoff: expected a function, received "ask_researcher"',
  );
  expect(make({ handof: () => undefined })).toThrow(
    "handof: there is no such option (did you mean `handoff`?)",
  );
});
