// A run of forty steps that makes progress is the same with and without guard.
import { createRegistry } from "@guard/core";
import { Agent, handoff, Runner } from "@openai/agents";
import { readAll } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { guardRunner, type AnyAgent } from "../src/index.ts";
import { ask, bare, searchTool } from "./support/agents.ts";
import { resultsIn, scriptedModel, type Script } from "./support/scripted-model.ts";

const steps = 40;

/** What can be read of a run. */
const readings = {
  "the result": async (runner: Runner, agent: AnyAgent) => {
    const result = await runner.run(agent, "Read all files.", { maxTurns: 100 });
    return { ...summary(result), state: result.state.toJSON() };
  },
  "the events of a stream": async (runner: Runner, agent: AnyAgent) => {
    const options = { maxTurns: 100, stream: true } as const;
    const result = await runner.run(agent, "Read all files.", options);
    const events = await readAll(result);
    return { events: events.length, ...summary(result), state: result.state.toJSON() };
  },
  "the text of a stream": async (runner: Runner, agent: AnyAgent) => {
    const options = { maxTurns: 100, stream: true } as const;
    const result = await runner.run(agent, "Read all files.", options);
    return readAll(result.toTextStream() as AsyncIterable<string>);
  },
} as const;

type Read = Record<"finalOutput" | "history" | "rawResponses", unknown>;

const summary = ({ finalOutput, history, rawResponses }: Read) => ({
  finalOutput,
  history,
  rawResponses,
});

const working: Script = (_, request) => {
  const done = resultsIn(request).length;
  return done < steps ? [ask(`file ${done}`)] : "Done.";
};

/** Agents that work alone, hand over half-way, or ask a colleague behind a tool. */
const crews = {
  alone: () => {
    const { search, runs } = searchTool();
    const { model, requests } = scriptedModel(working);
    return { agent: new Agent({ name: "a", model, tools: [search] }), runs, requests };
  },
  "one after the other": () => {
    const { search, runs } = searchTool();
    const second = scriptedModel(working);
    const first = scriptedModel((turn) =>
      turn <= steps / 2
        ? [{ ...ask(`first ${turn}`), id: `first ${turn}` }]
        : [{ name: "transfer_to_b" }],
    );
    const b = new Agent({ name: "b", model: second.model, tools: [search] });
    const handoffs = [handoff(b)];
    const agent = new Agent({ name: "a", model: first.model, tools: [search], handoffs });
    return { agent, runs, requests: first.requests };
  },
  "one behind the other": () => {
    const { search, runs } = searchTool();
    const inner = scriptedModel(working);
    const outer = scriptedModel((turn) =>
      turn === 1 ? [{ name: "b", args: { input: "Read all files." } }] : "Done.",
    );
    const b = new Agent({ name: "b", model: inner.model, tools: [search] });
    const agent = new Agent({
      name: "a",
      model: outer.model,
      tools: [b.asTool({ runOptions: { maxTurns: 100 } })],
    });
    return { agent, runs, requests: inner.requests };
  },
} as const;

const crewNames = ["alone", "one after the other", "one behind the other"] as const;
const readingNames = ["the result", "the events of a stream", "the text of a stream"] as const;

describe.for(crewNames)("%s", (crew) => {
  test.for(readingNames)("%s is the same with and without guard", async (reading) => {
    const play = async (isGuarded: boolean) => {
      const { agent, runs, requests } = crews[crew]();
      const runner = new Runner(bare);
      const options = { budget: { modelCalls: 200, usd: 5 }, price: () => 0.001 };
      if (isGuarded) guardRunner(runner, createRegistry(options));
      const seen = await readings[reading](runner, agent);
      return { seen: comparable(seen), sent: comparable(requests), runs };
    };
    const without = await play(false);
    expect(await play(true)).toEqual(without);
    expect(without.runs.length).toBeGreaterThanOrEqual(steps - 1);
  });
});

/** What was read, as data, without ids and times: these are made up anew for each run. */
function comparable(seen: unknown): unknown {
  const text = JSON.stringify(seen, (key, value: unknown) => (key === "signal" ? "#" : value));
  return JSON.parse(text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|trace_[0-9a-f]+/g, "#"));
}
