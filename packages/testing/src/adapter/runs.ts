import { createRegistry, findCircuitOpen, type GuardOptions } from "@guard/core";
import type { TestRunner } from "../test-runner.ts";
import { done, same, tools, work } from "./conversations.ts";
import type { AdapterHarness, AdapterSetup } from "./harness.ts";
import { countsOf, listen, still } from "./played.ts";

const threeCalls: GuardOptions = { budget: { modelCalls: 3 } };

/** A registry gives each root run its own breaker. The breaker ends with the run. */
export function runs({ test, expect }: TestRunner, harness: AdapterHarness): void {
  const start = (source: AdapterSetup["source"], script: AdapterSetup["script"]) =>
    harness.run({ source, script, tools });

  test("a registry gives every run its own breaker, which ends with the run", async () => {
    const { registry, events, ended } = registryWith({ preset: "strict" });
    for (const count of [1, 2]) {
      const run = await start(registry, same);
      expect(countsOf(run)).toEqual({ modelCalls: 3, toolRuns: 2 });
      expect(events.filter(({ type }) => type === "trip").length).toBe(count);
      expect(ended()).toBe(count);
    }
  });

  test("a registry gives every run its own budget, and each run ends once", async () => {
    const { registry, ended } = registryWith(threeCalls);
    for (const count of [1, 2]) {
      const run = await start(registry, work(10));
      expect(run.modelCalls).toBe(3);
      expect(findCircuitOpen(run.error)?.code).toBe("GUARD_BUDGET_EXCEEDED");
      expect(ended()).toBe(count);
    }
  });

  test("two runs at once share no budget, and end separately", async () => {
    const { registry, ended } = registryWith(threeCalls);
    const [short, long] = await Promise.all([start(registry, work(1)), start(registry, work(10))]);
    expect([short.modelCalls, short.error, short.text]).toEqual([2, undefined, done]);
    expect(long.modelCalls).toBe(3);
    expect(findCircuitOpen(long.error)?.code).toBe("GUARD_BUDGET_EXCEEDED");
    expect(ended()).toBe(2);
  });

  test("fifty runs at once with a budget of three model calls make three each", async () => {
    const { registry, ended } = registryWith(threeCalls);
    const fifty = Array.from({ length: 50 }, () => start(registry, work(10)));
    const stops = (await Promise.all(fifty)).map(({ modelCalls, error }) => ({
      modelCalls,
      code: findCircuitOpen(error)?.code,
    }));
    const three = { modelCalls: 3, code: "GUARD_BUDGET_EXCEEDED" };
    expect(stops).toEqual(fifty.map(() => three));
    expect(ended()).toBe(50);
  });
}

/** A registry, its verdicts, and the number of its ended runs. */
function registryWith(options: GuardOptions) {
  const registry = createRegistry({ ...still(), ...options });
  let count = 0;
  registry.on("run-ended", () => void (count += 1));
  return { registry, events: listen(registry), ended: () => count };
}
