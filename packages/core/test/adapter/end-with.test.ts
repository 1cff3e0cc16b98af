// The end of a run that is a function call of its framework.
import { expect, test } from "vitest";
import { endWith, runsOf } from "../../src/adapter/index.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import { findCircuitOpen } from "../../src/vocabulary/find-circuit-open.ts";

let roots = 0;

/** A run, which its budget may stop at once. */
async function begun(modelCalls: number) {
  const registry = createRegistry({ budget: { modelCalls } });
  let ended = 0;
  registry.on("run-ended", () => void (ended += 1));
  const run = runsOf(registry).run(`end ${(roots += 1)}`);
  const { refused } = await run.agent().request({ kind: "model" });
  return { run, stop: refused, ended: () => ended };
}

test("a run that comes to its end gives its result", async () => {
  const { run, ended } = await begun(1);
  expect(await endWith(run, Promise.resolve("8080"))).toBe("8080");
  expect(ended()).toBe(1);
});

test("a run that fails rejects with its error", async () => {
  const { run, ended } = await begun(1);
  const error = new Error("overloaded");
  await expect(endWith(run, Promise.reject(error))).rejects.toBe(error);
  expect([findCircuitOpen(error), ended()]).toEqual([undefined, 1]);
});

test("in the error of a stopped run the stop is found", async () => {
  const { run, stop } = await begun(0);
  const error = new Error("the framework's own");
  await expect(endWith(run, Promise.reject(error))).rejects.toBe(error);
  expect(findCircuitOpen(error)).toBe(stop);
});

test("a stop that the framework has swallowed is thrown", async () => {
  const { run, stop } = await begun(0);
  await expect(endWith(run, Promise.resolve("8080"))).rejects.toBe(stop);
});
