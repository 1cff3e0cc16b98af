// A run of forty steps that makes progress gives the same as without guard, in every way in which a caller can read it.
import { createRegistry } from "@guard/core";
import { generateText, isStepCount, streamText, ToolLoopAgent } from "ai";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { guardAI } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";

watchRejections();

const steps = 40;

type Setup = Parameters<typeof generateText>[0] & { readonly prompt: string };
type AnyAgent = ToolLoopAgent;
type AgentSettings = ConstructorParameters<typeof ToolLoopAgent>[0];

async function readAll(parts: AsyncIterable<unknown>): Promise<unknown[]> {
  const read: unknown[] = [];
  for await (const part of parts) read.push(part);
  return read;
}

const agentOf = (settings: Setup) =>
  new ToolLoopAgent({ ...settings, prompt: undefined } as unknown as AgentSettings);

/** What can be read of a run. */
const readings: Record<
  string,
  (setup: Setup, wrap: (agent: AnyAgent) => AnyAgent) => Promise<unknown>
> = {
  "the steps of generateText": async (setup) => (await generateText(setup)).steps,
  "all parts of a stream": async (setup) => readAll(streamText(setup).fullStream),
  "a stream's messages for a UI": async (setup) => readAll(streamText(setup).toUIMessageStream()),
  "the steps of an agent": async (setup, wrap) =>
    (await wrap(agentOf(setup)).generate({ prompt })).steps,
  "all parts of an agent's stream": async (setup, wrap) =>
    readAll((await wrap(agentOf(setup)).stream({ prompt })).fullStream),
};

function setUp() {
  const { model, prompts } = scriptedModel((turn) =>
    turn <= steps ? [{ ...use(`file ${turn}`), id: `call ${turn}` }] : "Done.",
  );
  return { model, prompts, ...useTool() };
}

const guardOf = () =>
  guardAI(createRegistry({ budget: { modelCalls: 100, usd: 5 }, price: () => 0.001 }));

describe.for(Object.keys(readings))("%s", (reading) => {
  const ways = ["model and tools", ...(reading.includes("agent") ? ["agent"] : [])];

  test.for(ways)("is the same with: %s", async (parts) => {
    const read = readings[reading]!;
    const stopWhen = isStepCount(100);
    const bare = setUp();
    const without = await read({ ...bare, stopWhen, prompt }, (agent) => agent);

    const guard = guardOf();
    const { model, prompts, ran, tools } = setUp();
    const isGuarded = parts !== "agent";
    const setup = {
      model: isGuarded ? guard.model(model) : model,
      tools: isGuarded ? guard.tools(tools) : tools,
      stopWhen,
      prompt,
    };
    const wrap = (agent: AnyAgent) => (isGuarded ? agent : guard.agent(agent));
    const seen = await read(setup, wrap);

    expect(comparable(seen)).toEqual(comparable(without));
    expect([prompts, ran]).toEqual([bare.prompts, bare.ran]);
    expect(ran).toHaveLength(steps);
  });
});

/** Everything that was read, as data, without ids and times: these are made up anew for each run. */
function comparable(seen: unknown): unknown {
  const madeUp = /^(id|messageId|timestamp|callId)$|(At|Ms)$|PerSecond$/;
  return JSON.parse(
    JSON.stringify(seen, (key, value: unknown) => (madeUp.test(key) ? undefined : value)),
  );
}
