// Workflows: each run of a workflow is one run, with any kind of step.
import { createRegistry, findCircuitOpen, type GuardOptions } from "@guard/core";
import { Mastra } from "@mastra/core";
import { InMemoryStore } from "@mastra/core/storage";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { ending } from "guard-test-support";
import { use } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent, guardStep, guardWorkflow, throwIfTripped } from "../src/index.ts";
import { agentOf } from "./support/agents.ts";

const strict = (more: GuardOptions = {}) => createRegistry({ preset: "strict", ...more });
const schema = z.object({ n: z.number() });
const start = { inputData: { n: 1 } };

/** A step that runs `body` and counts. */
function stepOf(id: string, body: (n: number) => unknown = (n) => n, more: object = {}) {
  const ran: number[] = [];
  const execute = async ({ inputData: { n } }: { inputData: { n: number } }) => {
    ran.push(n);
    const next = await body(n);
    return { n: typeof next === "number" ? next : n };
  };
  const step = createStep({ id, inputSchema: schema, outputSchema: schema, execute, ...more });
  return { step, ran };
}

const workflowOf = (more: object = {}) =>
  createWorkflow({ id: "workflow", inputSchema: schema, outputSchema: schema, ...more });

/** A workflow that repeats a step without end. A second step never gets its turn. */
function circling(more: object = {}) {
  const again = stepOf("again", undefined, more);
  const after = stepOf("after");
  const workflow = workflowOf()
    .dountil(again.step, async () => false)
    .then(after.step)
    .commit();
  return { workflow, again, after };
}

describe.for(["throw", "route", "finish"] as const)("onTrip %s", (onTrip) => {
  test("guard stops a loop of steps that gets nowhere, and no later step runs", async () => {
    const { workflow, again, after } = circling({ retries: 2 });
    guardWorkflow(workflow, strict({ onTrip }));
    const result = await (await workflow.createRun()).start(start);
    expect([result.status, again.ran.length, after.ran.length]).toEqual([
      onTrip === "throw" ? "failed" : "tripwire",
      2,
      0,
    ]);
    const { stop } = await ending(async () => throwIfTripped(result));
    expect(stop?.finding).toMatchObject({ rule: "signature", tool: "again" });
    expect(() => throwIfTripped(JSON.parse(JSON.stringify(result)) as object)).toThrowError(
      /again/,
    );
  });

  test("the agents of all steps share one budget", async () => {
    const registry = createRegistry({ budget: { modelCalls: 5 }, onTrip });
    const first = agentOf((turn) => (turn <= 2 ? [use(`${turn}`)] : "done"), {}, "first");
    const second = agentOf((turn) => [use(`${turn}`)], {}, "second");
    const ask =
      ({ agent }: typeof first) =>
      async () =>
        void (await agent.generate("Go."));
    const steps = [stepOf("one", ask(first)), stepOf("two", ask(second)), stepOf("three")] as const;
    for (const { agent } of [first, second]) guardAgent(agent, registry);
    const [one, two, three] = steps;
    const workflow = workflowOf().then(one.step).then(two.step).then(three.step).commit();
    guardWorkflow(workflow, registry);
    const result = await (await workflow.createRun()).start(start);
    const { stop } = await ending(async () => throwIfTripped(result));
    expect(stop?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect([first.prompts.length, second.prompts.length, three.ran.length]).toEqual([3, 2, 0]);
  });

  test("a step that catches everything does not hide the trip", async () => {
    const registry = strict({ onTrip });
    const helper = agentOf(() => [use()], {}, "helper");
    guardAgent(helper.agent, registry);
    const stubborn = stepOf("stubborn", async () => {
      for (let attempt = 1; attempt <= 3; attempt += 1) {
        await helper.agent.generate("Go.").catch(() => undefined);
      }
    });
    const after = stepOf("after");
    const workflow = workflowOf().then(stubborn.step).then(after.step).commit();
    const result = await (await guardWorkflow(workflow, registry).createRun()).start(start);
    expect(() => throwIfTripped(result)).toThrowError(/use/);
    expect([helper.prompts.length, helper.ran.length, after.ran.length]).toEqual([3, 2, 0]);
  });

  test("the stream of a workflow reports the trip", async () => {
    const { workflow, after } = circling();
    guardWorkflow(workflow, strict({ onTrip }));
    const output = (await workflow.createRun()).stream(start);
    const types: string[] = [];
    for await (const { type } of output.fullStream) types.push(type);
    expect(types.at(-1)).toBe("workflow-finish");
    expect((await output.result).status).toBe(onTrip === "throw" ? "failed" : "tripwire");
    expect(after.ran.length).toBe(0);
  });
});

test("ask: the workflow waits, and goes on once a human approves", async () => {
  const { workflow, again, after } = circling();
  guardWorkflow(workflow, strict({ onTrip: "ask" }));
  const mastra = new Mastra({
    workflows: { workflow },
    storage: new InMemoryStore(),
    logger: false,
  });
  const run = await mastra.getWorkflow("workflow").createRun();
  const waiting = await run.start(start);
  expect([waiting.status, again.ran.length]).toEqual(["suspended", 2]);
  expect(waiting.steps["again"]).toMatchObject({
    suspendPayload: { guard: "trip", trip: { reason: "loop" } },
  });
  const more = await run.resume({ step: "again", resumeData: { approved: true } });
  expect([more.status, again.ran.length]).toEqual(["suspended", 4]);
  const stopped = await run.resume({ step: "again", resumeData: { approved: false } });
  expect([stopped.status, again.ran.length, after.ran.length]).toEqual(["tripwire", 4, 0]);
});

test("a workflow inside a workflow, and an agent as a step, belong to its run", async () => {
  const registry = createRegistry({ budget: { modelCalls: 2 } });
  const { agent, prompts } = agentOf(() => "done");
  guardAgent(agent, registry);
  const ask = () => stepOf("ask", async () => void (await agent.generate("Go."))).step;
  const inner = createWorkflow({ id: "inner", inputSchema: schema, outputSchema: schema })
    .then(ask())
    .commit();
  const agentStep = createStep(agent);
  const step = inner as unknown as ReturnType<typeof stepOf>["step"]; // as exact optional properties would have it
  const outer = workflowOf()
    .then(step)
    .map(async () => ({ prompt: "Go." }))
    .then(agentStep)
    .map(async () => ({ n: 1 }))
    .then(step)
    .commit();
  guardWorkflow(outer, registry);
  const result = await (await outer.createRun()).start(start);
  expect([result.status, prompts.length]).toEqual(["failed", 2]);
  expect(() => throwIfTripped(result)).toThrowError(/model calls/);
});

test.for(["throw", "route"] as const)("%s: a workflow that is an agent's tool", async (onTrip) => {
  const registry = strict({ onTrip });
  const helper = agentOf(() => [use()], {}, "helper");
  guardAgent(helper.agent, registry);
  const ask = stepOf("ask", async () => void (await helper.agent.generate("Go.")));
  const after = stepOf("after");
  const workflow = workflowOf({ description: "Finds ports." })
    .then(ask.step)
    .then(after.step)
    .commit();
  const asks = { name: "workflow-finding", args: { inputData: { n: 1 } } };
  const { agent, prompts } = agentOf(() => [asks], { workflows: { finding: workflow } });
  const call = async () => throwIfTripped(await guardAgent(agent, registry).generate("Find it."));
  const { stop } = await ending(call);
  expect(stop?.reason).toBe("loop");
  expect([prompts.length, ask.ran.length, helper.prompts.length]).toEqual([1, 1, 3]);
  expect(after.ran.length).toBe(0);
});

test("a workflow with progress runs to its end, and each run has its own budget", async () => {
  const registry = strict({ budget: { toolCalls: 25 } });
  let ended = 0;
  registry.on("run-ended", () => void (ended += 1));
  const counting = stepOf("counting", (n) => n + 1);
  const workflow = workflowOf()
    .dountil(counting.step, async ({ inputData: { n } }) => n >= 20)
    .commit();
  guardWorkflow(workflow, registry);
  for (const _ of [1, 2]) {
    expect((await (await workflow.createRun()).start(start)).status).toBe("success");
  }
  expect([counting.ran.length, ended]).toEqual([38, 2]);
});

test("a step that waits for its user again and again does not loop", async () => {
  const heard: unknown[] = [];
  const chat = createStep({
    id: "chat",
    inputSchema: schema,
    outputSchema: schema,
    resumeSchema: z.object({ said: z.string() }),
    execute: async ({ inputData, resumeData, suspend }) => {
      heard.push(resumeData?.said);
      return resumeData?.said === "bye" ? inputData : suspend({});
    },
  });
  const workflow = workflowOf().then(chat).commit();
  guardWorkflow(workflow, strict({ budget: { toolCalls: 20 } }));
  const mastra = new Mastra({
    workflows: { workflow },
    storage: new InMemoryStore(),
    logger: false,
  });
  const run = await mastra.getWorkflow("workflow").createRun();
  let { status } = await run.start(start);
  for (const said of ["a", "b", "a", "a", "a", "a", "a", "bye"]) {
    expect(status).toBe("suspended");
    ({ status } = await run.resume({ step: "chat", resumeData: { said } }));
  }
  expect([status, heard.length]).toEqual(["success", 9]);
});

test("one guarded step stops its workflow", async () => {
  const { workflow, again, after } = circling({ retries: 3 });
  guardStep(again.step, strict({ onTrip: "route" }));
  const result = await (await workflow.createRun()).start(start);
  expect([result.status, again.ran.length, after.ran.length]).toEqual(["tripwire", 2, 0]);
  expect(findCircuitOpen(await ending(async () => throwIfTripped(result)))?.reason).toBe("loop");
});
