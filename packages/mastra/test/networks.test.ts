// Networks: the router writes its choice of agent as a text, so no answer asks for a tool. Calls of agents are delegations.
import { createRegistry, findCircuitOpen, type GuardOptions } from "@guard/core";
import type { Agent } from "@mastra/core/agent";
import { MockMemory } from "@mastra/core/memory";
import { ending, readAll } from "guard-test-support";
import { use } from "guard-test-support/ai-sdk";
import { describe, expect, test, vi } from "vitest";
import { guardAgent } from "../src/index.ts";
import { agentOf } from "./support/agents.ts";

const exits = ["throw", "route", "finish", "wind-down", "ask"] as const;

/** A router that gives the helper the same task for ever. Its completion check never succeeds. */
function networkOf(helper: ReturnType<typeof agentOf>, task = () => "Find it.") {
  const route = () => ({
    primitiveId: "helper",
    primitiveType: "agent",
    prompt: task(),
    selectionReason: "it can",
    isComplete: false,
    completionReason: "nothing was found",
    finalResult: "",
  });
  const memory = new MockMemory();
  return agentOf(
    () => JSON.stringify(route()),
    { agents: { helper: helper.agent }, memory },
    "router",
  );
}

const options = { maxSteps: 12, memory: { thread: "thread", resource: "user" } };
const start = async (agent: Agent) => agent.network("Find the port.", options);
type Network = Awaited<ReturnType<typeof start>>;

const readers: Record<string, (network: Network) => Promise<unknown>> = {
  "its chunks": async (network) => readAll(network),
  "its reader": async (network) => {
    const reader = network.getReader();
    while (!(await reader.read()).done);
  },
  "its result": async (network) => {
    void readAll(network).catch(() => {});
    return network.result;
  },
};

const strict = (more: GuardOptions = {}) => createRegistry({ preset: "strict", ...more });

vi.spyOn(console, "error").mockImplementation(() => {}); // Mastra tells of steps that throw

describe.for(Object.entries(readers))("the reader of %s", ([, read]) => {
  test("gets the error of a circle: guard stops the third delegation of a pair", async () => {
    let tasks = 0;
    const helper = agentOf((turn) => `I have found nothing, attempt ${turn}.`, {}, "helper");
    const router = networkOf(helper, () => `Find it, attempt ${(tasks += 1)}.`);
    guardAgent(router.agent, strict());
    const { error } = await ending(async () => read(await start(router.agent)));
    expect(findCircuitOpen(error)?.finding).toMatchObject({
      rule: "delegation-pair",
      agent: "router",
    });
    expect([router.prompts.length, helper.prompts.length]).toEqual([5, 2]);
  });

  test.for(exits)("onTrip %s: gets the error of an agent inside that loops", async (onTrip) => {
    const helper = agentOf(() => [use()], {}, "helper");
    const router = networkOf(helper);
    guardAgent(router.agent, strict({ onTrip, budget: { modelCalls: 40 } }));
    const { error } = await ending(async () => read(await start(router.agent)));
    expect(findCircuitOpen(error)?.reason).toBe("loop");
    const [routed, helped] = [router.prompts.length, helper.prompts.length];
    expect([routed, helped, helper.ran.length]).toEqual([1, onTrip === "wind-down" ? 4 : 3, 2]);
  });

  test.for(exits)("onTrip %s: gets the error of a spent budget", async (onTrip) => {
    const helper = agentOf((turn) => `I have found nothing, attempt ${turn}.`, {}, "helper");
    const router = networkOf(helper);
    const budget = { modelCalls: 3 };
    guardAgent(router.agent, createRegistry({ budget, onTrip }));
    const { error } = await ending(async () => read(await start(router.agent)));
    expect(findCircuitOpen(error)?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect(router.prompts.length + helper.prompts.length).toBe(3);
  });
});

/** Plays a network with the default preset whose router gives the same task in every round. */
const playSame = async (answer: (turn: number) => string) => {
  const helper = agentOf(answer, {}, "helper");
  const router = networkOf(helper);
  guardAgent(router.agent, createRegistry());
  const { stop } = await ending(async () => readAll(await start(router.agent)));
  return { reason: stop?.reason, helped: helper.prompts.length };
};

describe("a router that gives the same task in every round, with the default preset", () => {
  test("is stopped if the rounds bring nothing new", async () => {
    expect(await playSame(() => "I have found nothing.")).toEqual({
      reason: "delegation",
      helped: 5,
    });
  });

  test("goes on if each round brings something new", async () => {
    expect(await playSame((turn) => `Service ${"abcdefghijklmnop"[turn]} is up.`)).toEqual({
      reason: undefined,
      helped: 13,
    });
  });
});

test("a network that ends by itself runs as without guard", async () => {
  const registry = createRegistry();
  let ended = 0;
  registry.on("run-ended", () => void (ended += 1));
  const run = async (guarded: boolean) => {
    const helper = agentOf((turn) => `Found: ${turn}.`, {}, "helper");
    let tasks = 0;
    const router = networkOf(helper, () => `Find number ${(tasks += 1)}.`);
    if (guarded) guardAgent(router.agent, registry);
    const network = await router.agent.network("Find.", { ...options, maxSteps: 1 });
    const types = (await readAll(network)).map(({ type }) => type);
    return { types, status: await network.status, calls: router.prompts.length };
  };
  expect(await run(true)).toEqual(await run(false));
  expect(ended).toBe(1);
});
