// The README's table of loops, and after how many calls guard stops each.
import { createRegistry, type PresetName } from "@guard/core";
import { Agent, handoff, MemorySession, Runner } from "@openai/agents";
import { ending, listen } from "guard-test-support";
import { expect, test } from "vitest";
import { guardRunner } from "../src/index.ts";
import { askSearch, bare, looping, searchTool } from "./support/agents.ts";
import { scriptedModel, type Script } from "./support/scripted-model.ts";

/** Agents, and what is counted of them. */
type Crew = () => { agent: Agent; counts: () => readonly number[] };

const alone =
  (script: Script): Crew =>
  () => {
    const { agent, requests, runs } = looping(script);
    return { agent, counts: () => [requests.length, runs.length] };
  };

const crews = {
  "the same call": alone(() => [askSearch]),
  "many calls at once": alone(() => [askSearch, { name: "search", args: { q: "b" } }]),
  // Newer versions of the SDK don't run it again, and go on asking the model.
  "the same call under the same id": () => {
    const { agent, requests } = looping(() => [{ ...askSearch, id: "call_1" }]);
    return { agent, counts: () => [requests.length] };
  },
  "arguments that are no JSON": alone(() => [{ name: "search", args: "{bad" }]),
  "arguments that are no good": alone(() => [{ name: "search", args: { wrong: 1 } }]),
  "the agent behind a tool": () => {
    const inner = scriptedModel(() => "I have found nothing.");
    const outer = scriptedModel(() => [{ name: "helper", args: { input: "Find it." } }]);
    const helper = new Agent({ name: "helper", model: inner.model });
    const agent = new Agent({ name: "outer", model: outer.model, tools: [helper.asTool({})] });
    return { agent, counts: () => [outer.requests.length, inner.requests.length] };
  },
  "a hand-off to and fro": () => {
    const a = scriptedModel(() => [{ name: "transfer_to_b" }]);
    const b = scriptedModel(() => [{ name: "transfer_to_a" }]);
    const second = new Agent({ name: "b", model: b.model });
    const agent = new Agent({ name: "a", model: a.model, handoffs: [handoff(second)] });
    second.handoffs = [agent];
    return { agent, counts: () => [a.requests.length, b.requests.length] };
  },
} satisfies Readonly<Record<string, Crew>>;

test.for<[what: keyof typeof crews, preset: PresetName, counts: readonly number[]]>([
  ["the same call", "balanced", [6, 3]],
  ["the same call", "strict", [3, 2]],
  ["many calls at once", "balanced", [6, 6]],
  ["many calls at once", "strict", [3, 4]],
  ["the same call under the same id", "balanced", [6]],
  ["the same call under the same id", "strict", [3]],
  ["arguments that are no JSON", "balanced", [6, 0]],
  ["arguments that are no JSON", "strict", [3, 0]],
  ["arguments that are no good", "balanced", [6, 0]],
  ["arguments that are no good", "strict", [3, 0]],
  ["the agent behind a tool", "balanced", [6, 3]],
  ["the agent behind a tool", "strict", [3, 2]],
  ["a hand-off to and fro", "balanced", [4, 3]],
  ["a hand-off to and fro", "strict", [3, 2]],
])("%s, %s", async ([what, preset, counts]) => {
  const crew = crews[what]();
  const runner = guardRunner(new Runner(bare), createRegistry({ preset }));
  const { stop } = await ending(() => runner.run(crew.agent, "Find it.", { maxTurns: 50 }));
  expect(stop).toBeDefined();
  expect(crew.counts()).toEqual(counts);
});

test("runs of a session are turns of one conversation: guard tells of runs that end alike", async () => {
  const { search } = searchTool();
  const { model } = scriptedModel((turn) => (turn % 2 === 0 ? "It is 8080." : [askSearch]));
  const agent = new Agent({ name: "a", model, tools: [search] });
  const registry = createRegistry();
  const events = listen(registry);
  const runner = guardRunner(new Runner(bare), registry);
  const session = new MemorySession();
  for (let turn = 0; turn < 6; turn += 1) await runner.run(agent, "Which port?", { session });
  const rules = () =>
    events.flatMap((event) => (event.type === "warn" ? [event.finding.rule] : []));
  expect(rules()).toContain("again");
  const before = rules().length;
  for (let turn = 0; turn < 6; turn += 1) await runner.run(agent, "Which port?");
  expect(rules().length).toBe(before);
});
