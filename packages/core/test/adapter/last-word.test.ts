// What a stopped run ends with, where an adapter wraps the model.
import { describe, expect, test } from "vitest";
import { lastWord, runsOf, runTool } from "../../src/adapter/index.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import type { OnTrip } from "../../src/vocabulary/on-trip.ts";
import { use } from "../support/breakers.ts";

const exits = ["finish", "wind-down"] as const;
const words = { text: "what is known so far", usage: 7 };
const ask = async () => words;
const fails = (): Promise<typeof words> => Promise.reject(new Error("overloaded"));

let roots = 0;

/** A run that was stopped by its budget, and the error that says so. */
async function stopped(onTrip: OnTrip) {
  const breaker = createBreaker({ onTrip, budget: { modelCalls: 0 } });
  const run = runsOf(breaker, { exits }).run(`last word ${(roots += 1)}`);
  const { refused } = await run.agent().request({ kind: "model" });
  return { run, stop: refused as Error };
}

describe("lastWord", () => {
  test("a run that throws ends with its error", async () => {
    const { run, stop } = await stopped("throw");
    expect(await lastWord(run, stop, ask)).toBeUndefined();
    expect(await run.end()).toBe(stop);
  });

  test("a run that finishes ends in guard's words, and no model is asked", async () => {
    const { run, stop } = await stopped("finish");
    expect(await lastWord(run, stop, ask)).toEqual({
      text: stop.message,
      code: "GUARD_BUDGET_EXCEEDED",
    });
    expect(await run.end()).toBeUndefined();
  });

  test("a run that winds down ends in the model's, once a trip", async () => {
    const { run, stop } = await stopped("wind-down");
    const own = { text: stop.message, code: "GUARD_BUDGET_EXCEEDED" };
    expect(await lastWord(run, stop, ask)).toEqual({ ...own, ...words });
    expect(await lastWord(run, stop, ask)).toEqual(own);
  });

  test("a model that fails leaves guard's words; an abort is thrown", async () => {
    const one = await stopped("wind-down");
    expect((await lastWord(one.run, one.stop, fails))?.text).toBe(one.stop.message);
    const two = await stopped("wind-down");
    const aborted = lastWord(two.run, two.stop, fails, AbortSignal.abort());
    await expect(aborted).rejects.toThrow("overloaded");
  });

  test("an agent inside a tool leaves the granted call to the agent that has called the tool", async () => {
    const breaker = createBreaker({ onTrip: "wind-down", budget: { modelCalls: 0 } });
    const run = runsOf(breaker, { exits }).run("last word inside a tool");
    const said = await runTool(run.agent("outer"), use(), async () => {
      const { refused } = await run.agent("inner").request({ kind: "model" });
      return lastWord(run, refused!, ask);
    });
    expect(said).not.toHaveProperty("usage");
    const { refused } = await run.agent("outer").request({ kind: "model" });
    expect(await lastWord(run, refused!, ask)).toMatchObject(words);
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
      const own = { text: refused!.message, code: "GUARD_CIRCUIT_OPEN" };
      expect(await lastWord(run, refused!, ask)).toEqual(own);
    }
  });

  test("an error that does not stop the run is no reason for a last word", async () => {
    const { run } = await stopped("finish");
    expect(await lastWord(run, new Error("overloaded"), ask)).toBeUndefined();
  });
});
