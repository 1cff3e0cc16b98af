// What the console shows after a refusal or a trip: guard prints nothing. Mastra's logger prints a line if a tripwire stops an
// agent of a Mastra, and if a step of a workflow fails. `logger: false` silences both.
import { createRegistry, findCircuitOpen, type GuardOptions } from "@guard/core";
import { Mastra } from "@mastra/core";
import { Agent, type AgentConfig } from "@mastra/core/agent";
import { MockMemory } from "@mastra/core/memory";
import { InMemoryStore } from "@mastra/core/storage";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { ending, readAll } from "guard-test-support";
import { use, type Script } from "guard-test-support/ai-sdk";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { guardAgent, guardWorkflow } from "../src/index.ts";
import { modelOf, toolOf, wayNames, ways } from "./support/agents.ts";

const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  const print = (...words: readonly unknown[]) => void printed.push(words.map(String).join(" "));
  for (const level of ["debug", "log", "info", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation(print);
  }
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((text) => {
      print(text);
      return true;
    });
  }
});

const loop = () => [use()];
const schema = z.object({ n: z.number() });
const exits = ["throw", "route", "finish", "wind-down", "ask"] as const;

/** An agent with the logger that Mastra gives it. */
function agentOf(script: Script, id = "finder", more: Pick<AgentConfig, "agents" | "memory"> = {}) {
  const tools = { use: toolOf("use", ({ q }) => `${q} is there`) };
  const { model } = modelOf(script);
  const config = { id, name: id, instructions: "Find ports.", model, tools, ...more };
  return new Agent(config);
}

/** A workflow whose step asks an agent that gets nowhere. */
function workflowOf(options: GuardOptions) {
  const registry = createRegistry({ preset: "strict", ...options });
  const agent = guardAgent(agentOf(loop), registry);
  const step = createStep({
    id: "find",
    inputSchema: schema,
    outputSchema: schema,
    execute: async ({ inputData }) => {
      await agent.generate("Find the port.");
      return inputData;
    },
  });
  const workflow = createWorkflow({ id: "finding", inputSchema: schema, outputSchema: schema })
    .then(step)
    .commit();
  return guardWorkflow(workflow, registry);
}

/** A network whose helper gets nowhere. */
function networkOf(): Agent {
  const route = {
    primitiveId: "helper",
    primitiveType: "agent",
    prompt: "Find it.",
    selectionReason: "it can",
    isComplete: false,
    completionReason: "nothing was found",
    finalResult: "",
  };
  const agents = { helper: agentOf(loop, "helper") };
  const router = agentOf(() => JSON.stringify(route), "router", {
    agents,
    memory: new MockMemory(),
  });
  return guardAgent(router, createRegistry({ preset: "strict" }));
}

const mastraOf = (agent: Agent, options: object = {}): Agent =>
  new Mastra({ agents: { agent }, storage: new InMemoryStore(), ...options }).getAgent("agent");

describe.for(exits)("onTrip %s", (onTrip) => {
  test.for(wayNames)("an agent, by %s: warned, refused and stopped in silence", async (way) => {
    const agent = guardAgent(agentOf(loop), createRegistry({ onTrip }));
    await ending(() => ways[way](agent));
    expect(printed).toEqual([]);
  });

  test.for(wayNames)("an agent, by %s: a spent budget is silent", async (way) => {
    const registry = createRegistry({ onTrip, budget: { modelCalls: 2 } });
    const agent = guardAgent(
      agentOf((turn) => [use(`${turn}`)]),
      registry,
    );
    await ending(() => ways[way](agent));
    expect(printed).toEqual([]);
  });

  test("an agent with sub-agents is silent", async () => {
    const asks = { name: "agent-helper", args: { prompt: "Go." } };
    const agent = agentOf(() => [asks], "boss", { agents: { helper: agentOf(loop, "helper") } });
    await ending(() => ways.generate(guardAgent(agent, createRegistry({ onTrip }))));
    expect(printed).toEqual([]);
  });

  test.for(wayNames)("an agent of a Mastra, by %s: at most the line of a tripwire", async (way) => {
    const agent = mastraOf(guardAgent(agentOf(loop), createRegistry({ onTrip })));
    await ending(() => ways[way](agent));
    const line = expect.stringContaining("response processor tripwire triggered") as string;
    const isTripwire = onTrip === "throw" || onTrip === "route";
    expect(printed).toEqual(isTripwire ? [line] : []);
  });

  test.for(wayNames)("an agent of a Mastra with logger: false, by %s", async (way) => {
    const agent = guardAgent(agentOf(loop), createRegistry({ onTrip }));
    await ending(() => ways[way](mastraOf(agent, { logger: false })));
    expect(printed).toEqual([]);
  });

  test("a workflow: at most the line of a failed step, without a stack for a tripwire", async () => {
    const run = await workflowOf({ onTrip }).createRun();
    await run.start({ inputData: { n: 1 } });
    if (onTrip === "ask") return expect(printed).toEqual([]);
    expect(printed).toEqual([expect.stringMatching(/^Error executing step workflow\.finding/)]);
    if (onTrip !== "throw") expect(printed[0]).not.toContain("\n");
  });

  test("a workflow of a Mastra with logger: false", async () => {
    const workflows = { finding: workflowOf({ onTrip }) };
    const mastra = new Mastra({ workflows, storage: new InMemoryStore(), logger: false });
    const run = await mastra.getWorkflow("finding").createRun();
    await run.start({ inputData: { n: 1 } });
    expect(printed).toEqual([]);
  });
});

test("a network of a Mastra with logger: false", async () => {
  const network = mastraOf(networkOf(), { logger: false });
  const memory = { thread: "thread", resource: "user" };
  const { error } = await ending(async () =>
    readAll(await network.network("Find it.", { memory })),
  );
  expect(findCircuitOpen(error)?.reason).toBe("loop");
  expect(printed).toEqual([]);
});
