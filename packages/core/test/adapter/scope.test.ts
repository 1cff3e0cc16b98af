// Where code runs: what hooks ask that sit in objects which many runs share.
import { describe, expect, test } from "vitest";
import { currentScope, findScopesBy, runsOf, runTool, Scope } from "../../src/adapter/index.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import { use } from "../support/breakers.ts";

let roots = 0;
const newRun = (registry = createRegistry()) => runsOf(registry).run(`scope ${(roots += 1)}`);

describe("currentScope", () => {
  test("is undefined outside of all runs", () => {
    expect(currentScope()).toBeUndefined();
  });

  test("finds the run of any source, also before its first call", async () => {
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

  test("tells instances apart that run inside tools at the same time", () => {
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

const asks = (run: ReturnType<typeof newRun>, name: string) =>
  run.agent(name).request({ kind: "model" });
/** What a call of the tool is known as. */
const kindOf = (run: ReturnType<typeof newRun>) => run.handoffs.toCall(use()).kind;

describe("an agent that asks a model inside a tool of another", () => {
  test("is handed work by that tool from then on, also in a run of its own framework's", async () => {
    const registry = createRegistry();
    const run = newRun(registry);
    await asks(run, "manager");
    await runTool(run.agent("manager"), use(), async () => {
      const child = newRun(registry);
      return child.within(() => asks(child, "writer"));
    });
    expect(run.handoffs.toCall(use())).toMatchObject({ kind: "delegation", to: "writer" });
  });

  test("the tool stays a tool for what has a breaker of its own, and for the agent itself", async () => {
    const run = newRun();
    await asks(run, "manager");
    await runTool(run.agent("manager"), use(), async () => {
      await asks(newRun(), "stranger");
      await asks(run, "manager");
    });
    expect(kindOf(run)).toBe("tool");
  });
});

test("a step of a workflow hands nothing over: no model has asked for it", async () => {
  const run = newRun();
  await runTool(run.agent("workflow"), use(), async () => asks(run, "writer"));
  expect(kindOf(run)).toBe("tool");
});

describe("a framework with an async context of its own", () => {
  let inside: Scope | undefined;
  findScopesBy(() => inside);

  test("tells where its code runs; the innermost run wins", () => {
    const registry = createRegistry();
    const outer = newRun(registry);
    const inner = outer.within(() => newRun(registry));
    inside = new Scope(inner);
    expect(currentScope()?.run).toBe(inner);
    expect(outer.within(() => currentScope()?.run)).toBe(inner);
    inside = new Scope(outer);
    expect(inner.within(() => currentScope()?.run)).toBe(inner);
    inside = undefined;
    expect(currentScope()).toBeUndefined();
  });
});
