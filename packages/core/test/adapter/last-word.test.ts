// What a stopped run ends with, where an adapter wraps the model.
import { describe, expect, test } from "vitest";
import { lastWord, runsOf, runTool } from "../../src/adapter/index.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import type { CircuitOpenError } from "../../src/vocabulary/errors.ts";
import type { OnTrip } from "../../src/vocabulary/on-trip.ts";
import { use } from "../support/breakers.ts";

const exits = ["finish", "wind-down", "ask"] as const;
const words = "what is known so far";

/** The granted call, and what its model answers. */
const last = (make: () => Promise<string>, signal?: AbortSignal) => () => ({
  call: { kind: "model" } as const,
  make,
  toAnswer: (text: string) => ({ calls: [], text, usage: { inputTokens: 7 } }),
  signal,
});
const says = last(async () => words);
const saysNothing = last(async () => "");
const overloaded = () => Promise.reject<string>(new Error("overloaded"));

let roots = 0;

/** One model call is left, and kept back. */
const budget = { modelCalls: 1, finalAnswer: { modelCalls: 1 } } as const;

/** An agent whose run was stopped by its budget, and the error that says so. */
async function stopped(onTrip: OnTrip) {
  const breaker = createBreaker({ onTrip, budget });
  const run = runsOf(breaker, { exits }).run(`last word ${(roots += 1)}`);
  const agent = run.agent();
  const { refused } = await agent.request({ kind: "model" });
  return { agent, breaker, stop: refused as CircuitOpenError };
}

describe("lastWord", () => {
  test("a run that throws ends with its error", async () => {
    const { agent, stop } = await stopped("throw");
    expect(await lastWord(agent, stop, says)).toBeUndefined();
    expect(await agent.run.end()).toBe(stop);
  });

  test.for(["finish", "ask"] as const)(
    "a run that finishes, or has no place to ask, ends in guard's words, and no model is asked (%s)",
    async (onTrip) => {
      const { agent, stop } = await stopped(onTrip);
      expect(await lastWord(agent, stop, says)).toEqual(own(stop));
      expect(await agent.run.end()).toBeUndefined();
    },
  );

  test("a run that winds down ends in the model's, once a trip, and books what they have used", async () => {
    const { agent, breaker, stop } = await stopped("wind-down");
    expect(await lastWord(agent, stop, says)).toEqual({ ...own(stop), text: words, answer: words });
    expect(breaker.spending).toMatchObject({ modelCalls: 1, tokens: 7 });
    expect(await lastWord(agent, stop, says)).toEqual(own(stop));
  });

  test("a model that says nothing leaves guard's words, and its answer is booked", async () => {
    const { agent, breaker, stop } = await stopped("wind-down");
    expect(await lastWord(agent, stop, saysNothing)).toEqual({ ...own(stop), answer: "" });
    expect(breaker.spending.tokens).toBe(7);
  });

  test("a model that fails leaves guard's words; an abort is thrown", async () => {
    const one = await stopped("wind-down");
    expect(await lastWord(one.agent, one.stop, last(overloaded))).toEqual(own(one.stop));
    const two = await stopped("wind-down");
    const aborting = new AbortController();
    const cutOff = () => {
      aborting.abort();
      return overloaded();
    };
    const aborted = lastWord(two.agent, two.stop, last(cutOff, aborting.signal));
    await expect(aborted).rejects.toThrow("overloaded");
  });

  test("a caller who aborted before the trip pays for no last answer", async () => {
    const { agent, stop, breaker } = await stopped("wind-down");
    let asked = 0;
    const counted = async () => String((asked += 1));
    const word = lastWord(agent, stop, last(counted, AbortSignal.abort()));
    await expect(word).rejects.toThrow(/aborted/);
    expect([asked, breaker.spending.modelCalls]).toEqual([0, 0]);
  });

  test("an agent inside a tool leaves the granted call to the agent that has called the tool", async () => {
    const breaker = createBreaker({ onTrip: "wind-down", budget });
    const run = runsOf(breaker, { exits }).run("last word inside a tool");
    const said = await runTool(run.agent("outer"), use(), async () => {
      const inner = run.agent("inner");
      const { refused } = await inner.request({ kind: "model" });
      return lastWord(inner, refused!, says);
    });
    expect(said).not.toHaveProperty("answer");
    const outer = run.agent("outer");
    const { refused } = await outer.request({ kind: "model" });
    expect(await lastWord(outer, refused!, says)).toMatchObject({ text: words });
  });

  test("a run that an operator stops asks no model, also when the stop is lifted", async () => {
    const said = { by: "ops", why: "incident" };
    const registry = createRegistry({ onTrip: "wind-down" });
    const run = runsOf(registry, { exits }).run("last word of a run stopped by hand");
    const agent = run.agent();
    await agent.request({ kind: "model" });
    const stop = registry.stop({}, said);
    for (const end of [() => {}, () => stop.lift(said)]) {
      end();
      const { refused } = await agent.request({ kind: "model" });
      const code = "GUARD_CIRCUIT_OPEN";
      expect(await lastWord(agent, refused!, says)).toEqual({
        text: (refused as CircuitOpenError).text,
        code,
      });
    }
  });

  test("an error that does not stop the run leads to no last answer", async () => {
    const { agent } = await stopped("finish");
    expect(await lastWord(agent, new Error("overloaded"), says)).toBeUndefined();
  });
});

function own(stop: CircuitOpenError) {
  return { text: stop.text, code: "GUARD_BUDGET_EXCEEDED" };
}
