// Where code runs: what hooks ask that sit in objects which many runs share.
import { describe, expect, test } from "vitest";
import { currentScope, runsOf, runTool } from "../../src/adapter/index.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import { use } from "../support/breakers.ts";

let roots = 0;
const newRun = (registry = createRegistry()) => runsOf(registry).run(`scope ${(roots += 1)}`);

describe("currentScope", () => {
  test("is undefined outside of all runs", () => {
    expect(currentScope()).toBeUndefined();
  });

  test("finds the run of any source, also before anything was asked for in it", async () => {
    const [one, two] = [newRun(), newRun()];
    const found = await Promise.all(
      [one, two].map((run) =>
        run.within(async () => {
          await Promise.resolve();
          return currentScope()?.run;
        }),
      ),
    );
    expect(found).toEqual([one, two]);
  });

  test("tells apart what runs inside tools at once", () => {
    const run = newRun();
    const instances = ["call_1", "call_2"].map((id) =>
      run.within(() => currentScope()?.instance, id),
    );
    expect(instances).toEqual(["call_1", "call_2"]);
    expect(run.within(() => currentScope()?.instance)).toBeUndefined();
  });

  test("inside a wrapped tool it is the tool's run", () => {
    const run = newRun();
    expect(runTool(run.agent("a"), use(), () => currentScope()?.run)).toBe(run);
  });
});

test("a run that begins inside another's scope is its child, also where it is a registry's first", () => {
  const registry = createRegistry();
  const run = newRun(registry);
  const child = run.within(() => newRun(registry));
  expect([child.ownsBreaker, child.breaker]).toEqual([false, run.breaker]);
});
