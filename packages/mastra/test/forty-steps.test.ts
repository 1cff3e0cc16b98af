// A run of forty steps that makes progress reads the same with guard and without, for every way of reading
// its output.
import { createRegistry, type GuardOptions } from "@guard/core";
import type { Agent } from "@mastra/core/agent";
import { readAll } from "guard-test-support";
import { use } from "guard-test-support/ai-sdk";
import { expect, test } from "vitest";
import { guardAgent } from "../src/index.ts";
import { agentOf } from "./support/agents.ts";

const steps = 40;
const text = "Find the port.";
const options = { maxSteps: 100 };

/** Mastra writes the model's name into each step if an agent has a processor of this kind. guard's is one. */
const idle = { id: "idle", processInputStep: () => undefined };

const readings: Record<string, (agent: Agent) => Promise<unknown>> = {
  "the result of generate": async (agent) => agent.generate(text, options),
  "the full output of stream": async (agent) => (await agent.stream(text, options)).getFullOutput(),
  "all chunks": async (agent) => readAll((await agent.stream(text, options)).fullStream),
  "the text stream": async (agent) => readAll((await agent.stream(text, options)).textStream),
  "what callbacks are told": async (agent) => {
    const told: unknown[] = [];
    const onStepFinish = (step: unknown) => void told.push(step);
    await agent.generate(text, { ...options, onStepFinish });
    return told;
  },
};

const exits = ["throw", "finish", "wind-down", "route", "ask"] as const;
const runs = Object.entries(readings).flatMap(([name, read], index) =>
  exits.slice(0, index === 0 ? exits.length : 2).map((onTrip) => ({ name, read, onTrip })),
);

test.for(runs)("$name is the same with guard, onTrip $onTrip", async ({ read, onTrip }) => {
  const [guarded, plain] = [await run(read, { onTrip }), await run(read)];
  if (guarded === plain) return;
  let at = 0;
  while (guarded[at] === plain[at]) at += 1;
  expect(guarded.slice(at - 100, at + 200)).toBe(plain.slice(at - 100, at + 200));
  expect(guarded).toHaveLength(plain.length);
});

async function run(read: (agent: Agent) => Promise<unknown>, guard?: GuardOptions) {
  const script = (turn: number) =>
    turn <= steps ? [{ ...use(`file ${turn}`), id: `call-${turn}` }] : "Done.";
  const { agent, ran, prompts } = agentOf(script, { inputProcessors: [idle] });
  const budget = { budget: { modelCalls: 100, usd: 5 }, price: () => 0.001 };
  if (guard !== undefined) guardAgent(agent, createRegistry({ ...budget, ...guard }));
  const seen = await read(agent);
  expect(ran).toHaveLength(steps);
  return comparable({ seen, prompts });
}

/** The whole output as text, without ids and times, because each run has new ones. */
function comparable(seen: unknown): string {
  const times = new Set(["createdAt", "timestamp", "startedAt", "endedAt", "durationMs"]);
  return JSON.stringify(seen, (key, value: unknown) => (times.has(key) ? "#" : value))
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "#")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "#");
}
