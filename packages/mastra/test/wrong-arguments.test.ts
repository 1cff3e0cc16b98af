// What JavaScript users pass by mistake: each error names the argument, what was received, and what to write.
import { createBreaker, createRegistry, OptionsError } from "@guard/core";
import { Mastra } from "@mastra/core";
import type { Agent } from "@mastra/core/agent";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { ToolLoopAgent } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardAgent, guardStep, guardWorkflow, throwIfTripped } from "../src/index.ts";
import { agentOf } from "./support/agents.ts";

const schema = z.object({ n: z.number() });
const step = createStep({
  id: "step",
  inputSchema: schema,
  outputSchema: schema,
  execute: async ({ inputData }) => inputData,
});
const steps = () =>
  createWorkflow({ id: "w", inputSchema: schema, outputSchema: schema }).then(step);
const workflow = steps().commit();
const { agent } = agentOf(() => "done");
const config = { id: "finder", name: "Finder", instructions: "Find.", model: "openai/gpt-5-mini" };
const registry = createRegistry();

interface Case {
  readonly guard: unknown;
  readonly path: string;
  readonly mistakes: readonly (readonly [what: string, passed: unknown, error: string])[];
}

/** As JavaScript calls it. */
const call = (guard: unknown, ...args: readonly unknown[]) =>
  (guard as (...given: readonly unknown[]) => unknown)(...args);

const cases: readonly Case[] = [
  {
    guard: guardAgent,
    path: "agent: expected an agent of @mastra/core 1.33 or later",
    mistakes: [
      ["nothing", undefined, "undefined. Write guardAgent(agent, registry)."],
      ["a name", "finder", '"finder". Write guardAgent(agent, registry).'],
      ["a function", () => agent, "a function. Write guardAgent(agent, registry)."],
      ["an object", { id: "x" }, "an object. Write guardAgent(agent, registry)."],
      [
        "the registry first",
        registry,
        "a registry. The registry is the second argument: write guardAgent(agent, registry).",
      ],
      [
        "the breaker first",
        createBreaker(),
        "a breaker. The breaker is the second argument: write guardAgent(agent, breaker).",
      ],
      [
        "a promise, as getAgent gives for a version",
        Promise.resolve(agent),
        "a promise. Write guardAgent(await agent, registry).",
      ],
      [
        "the configuration",
        config,
        "the configuration of an agent. Make the agent first: write guardAgent(new Agent({ … }), registry).",
      ],
      [
        "the whole Mastra",
        new Mastra({ logger: false }),
        'a Mastra instance. Guard its agents and workflows one by one: write guardAgent(mastra.getAgent("…"), registry).',
      ],
      ["a workflow", workflow, "a workflow. Write guardWorkflow(workflow, registry)."],
      ["a step", step, "a step. Write guardStep(step, registry)."],
      [
        "an agent of the AI SDK",
        new ToolLoopAgent({ model: "openai/gpt-5-mini" }),
        "an agent of the AI SDK. Guard it with @guard/ai-sdk.",
      ],
    ],
  },
  {
    guard: guardWorkflow,
    path: "workflow: expected a workflow of @mastra/core 1.33 or later",
    mistakes: [
      ["nothing", undefined, "undefined. Write guardWorkflow(workflow, registry)."],
      [
        "the registry first",
        registry,
        "a registry. The registry is the second argument: write guardWorkflow(workflow, registry).",
      ],
      ["a step", step, "a step. Write guardStep(step, registry)."],
      ["an agent", agent, "an agent. Write guardAgent(agent, registry)."],
      [
        "a promised run",
        workflow.createRun(),
        "a promise. Write guardWorkflow(await workflow, registry).",
      ],
    ],
  },
  {
    guard: guardStep,
    path: "step: expected a step of a workflow",
    mistakes: [
      ["nothing", undefined, "undefined. Write guardStep(step, registry)."],
      [
        "the registry first",
        registry,
        "a registry. The registry is the second argument: write guardStep(step, registry).",
      ],
      ["a workflow", workflow, "a workflow. Write guardWorkflow(workflow, registry)."],
      ["an agent", agent, "an agent. Write guardAgent(agent, registry)."],
    ],
  },
];

describe.for(cases)("$path", ({ guard, path, mistakes }) => {
  test.for(mistakes)("%s", ([, passed, error]) => {
    const other = passed === registry ? agent : registry;
    expect(() => call(guard, passed, other)).toThrowError(
      new OptionsError([`${path}, received ${error}`]),
    );
  });
});

test("a workflow without commit()", () => {
  expect(() => guardWorkflow(steps(), registry)).toThrowError(
    new OptionsError([
      "workflow: expected a committed workflow, received one without commit(). " +
        "Write guardWorkflow(createWorkflow({ … }).then(step).commit(), registry).",
    ]),
  );
});

test("a run of a workflow", async () => {
  const run = await workflow.createRun();
  expect(() => call(guardWorkflow, run, registry)).toThrowError(
    /received a run of a workflow\. Guard the workflow before createRun\(\)/,
  );
});

describe.for([
  { name: "guardAgent", guard: (source: never): unknown => guardAgent(agent, source) },
  { name: "guardWorkflow", guard: (source: never): unknown => guardWorkflow(workflow, source) },
  { name: "guardStep", guard: (source: never): unknown => guardStep(step, source) },
])("$name without a registry", ({ guard }) => {
  test.for([undefined, null, "registry", {}, { budget: { modelCalls: 40 } }])("%j", (source) => {
    expect(() => guard(source as never)).toThrowError(OptionsError);
    expect(() => guard(source as never)).toThrowError(/^source: /);
  });
});

test.for([
  { guard: guardAgent, call: "guardAgent(agent, registry)", passed: agent },
  { guard: guardWorkflow, call: "guardWorkflow(workflow, registry)", passed: workflow },
  { guard: guardStep, call: "guardStep(step, registry)", passed: step },
])("options as a third argument of $call", ({ guard, call: written, passed }) => {
  expect(() => call(guard, passed, registry, { onTrip: "route" })).toThrowError(
    new OptionsError([
      `options: ${written} takes no options, received an object. Pass options to createRegistry({ … }).`,
    ]),
  );
});

describe("throwIfTripped without a result", () => {
  test.for([
    ["nothing", undefined, "undefined. Write throwIfTripped(await agent.generate(…))."],
    [
      "a promise",
      Promise.resolve({ text: "done" }),
      "a promise. Write throwIfTripped(await agent.generate(…)).",
    ],
  ] as const)("%s", ([, passed, error]) => {
    expect(() => call(throwIfTripped, passed)).toThrowError(
      new OptionsError([`result: expected a result, received ${error}`]),
    );
  });

  test("a running stream", async () => {
    const output = await agentOf(() => "done").agent.stream("Find the port.");
    expect(() => throwIfTripped(output)).toThrowError(
      new OptionsError([
        "result: expected a result, received a stream that is still running. " +
          "Write throwIfTripped(await output.getFullOutput()).",
      ]),
    );
    expect(throwIfTripped(await output.getFullOutput()).text).toBe("done");
  });
});

test("one agent with two registries", () => {
  const { agent: shared } = agentOf(() => "done");
  guardAgent(shared, createRegistry());
  expect(() => guardAgent(shared, createRegistry())).toThrowError(
    new OptionsError([
      "source: expected the registry that guards this already, received another one. " +
        "Create one registry for all agents, workflows and steps, outside of the function that calls guard",
    ]),
  );
});

test("the types refuse a workflow for a step", () => {
  // @ts-expect-error a workflow is no step
  expect(() => guardStep(workflow, registry)).toThrowError(OptionsError);
  const typed: Agent = guardAgent(agent, registry);
  expect(typed).toBe(agent);
});
