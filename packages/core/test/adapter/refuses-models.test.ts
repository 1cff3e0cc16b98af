// What an adapter may know of a model call before the framework starts it, without asking for the call.
import { describe, expect, test } from "vitest";
import { runsOf, refusesModels } from "../../src/adapter/index.ts";
import { createRegistry, type GuardOptions, type ModelCall } from "../../src/index.ts";

const call: ModelCall = { kind: "model", model: "small", prompt: "Find the port." };
const free: ModelCall = { kind: "model", estimate: {} };

/** The only agent of a run, after as many model calls. */
async function agentAfter(calls: number, options: GuardOptions) {
  const registry = createRegistry(options);
  const run = runsOf(registry).run("run");
  const agent = run.agent("agent");
  for (let turn = 1; turn <= calls; turn += 1) {
    const { key } = await agent.request(call);
    await agent.answered(key, { calls: [], text: `${turn}`, usage: { outputTokens: 10 } });
  }
  return { agent, run, registry };
}

const flat = () => 0.5;

describe("guard refuses a model call", () => {
  test.for<[what: string, options: GuardOptions, asked: ModelCall, refused: boolean]>([
    ["without a budget: no", {}, call, false],
    ["with room for it: no", { budget: { modelCalls: 3 } }, call, false],
    ["after the last one of a budget: yes", { budget: { modelCalls: 2 } }, call, true],
    ["that costs nothing, after the last one: yes", { budget: { modelCalls: 2 } }, free, true],
    ["that the money does not reach for: yes", { budget: { usd: 1.2 }, price: flat }, call, true],
    ["that costs nothing, with money left: no", { budget: { usd: 1.2 }, price: flat }, free, false],
    ["where guard only watches: no", { budget: { modelCalls: 2 }, mode: "observe" }, call, false],
  ])("%s", async ([, options, asked, refused]) => {
    const { agent, run } = await agentAfter(2, options);
    const before = JSON.stringify(run.breaker.snapshot());
    expect(refusesModels(agent, asked)).toBe(refused);
    expect(JSON.stringify(run.breaker.snapshot())).toBe(before);
  });

  test("of a stopped run, unless a human has granted it", async () => {
    const { agent, run } = await agentAfter(2, { budget: { modelCalls: 2 } });
    await agent.wouldPass(call);
    expect(run.breaker.trip?.reason).toBe("budget");
    expect(refusesModels(agent, free)).toBe(true);
    run.breaker.override({ grant: "model", times: 1, by: "ana", why: "a last answer" });
    expect(refusesModels(agent, free)).toBe(false);
  });
});
