// A misplaced guard says so. A breaker that is shared on purpose is no mistake. Agents inside tools: agents-inside.test.ts.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { createBreaker, createRegistry, type Breaker, type BreakerSource } from "@guard/core";
import { Runner } from "@openai/agents";
import { ending, listen } from "guard-test-support";
import { expect, test } from "vitest";
import { guardRunner } from "../src/index.ts";
import { ask, bare, looping } from "./support/agents.ts";
import { resultsIn } from "./support/scripted-model.ts";

const working = () =>
  looping((_, request) => {
    const done = resultsIn(request).length;
    return done < 3 ? [ask(`file ${done}`)] : "done";
  });

const run = async (source: BreakerSource) => {
  const { agent } = working();
  return guardRunner(new Runner(bare), source).run(agent, "Read the files.");
};

test("without an async context guard counts nothing, and says so", async () => {
  const context = { getStore: () => undefined, run: <T>(_: unknown, fn: () => T) => fn() };
  const registry = createRegistry({
    budget: { modelCalls: 1 },
    warnings: false,
    ports: { context },
  });
  const events = listen(registry);
  expect((await run(registry)).finalOutput).toBe("done");
  expect(events.filter(({ type }) => type === "unguarded")).toMatchObject([
    { agent: "looping", advice: expect.stringContaining("ports: { context }") },
  ]);
});

test.for([
  ["a breaker", {}, ["shared-run"]],
  ["a breaker that is shared", { shared: true }, []],
] as const)("two runs at once on %s", async ([, options, told]) => {
  const breaker = createBreaker({ warnings: false, ...options });
  const events: string[] = [];
  breaker.on("shared-run", ({ type }) => events.push(type));
  await Promise.all([run(breaker), run(breaker)]);
  expect(events).toEqual(told);
  expect(breaker.spending).toMatchObject({ modelCalls: 8, toolCalls: 6 });
});

test("two runs at once of one registry are no mistake, and have a budget each", async () => {
  const registry = createRegistry({ budget: { modelCalls: 4 } });
  const events = listen(registry);
  const results = await Promise.all([run(registry), run(registry)]);
  expect(results.map(({ finalOutput }) => finalOutput)).toEqual(["done", "done"]);
  expect(events.map(({ type }) => type)).toEqual(["run-ended", "run-ended"]);
});

test("a function gives the breaker of the run that begins", async () => {
  const breakers: Breaker[] = [];
  const source = () => {
    const breaker = createBreaker({ budget: { modelCalls: 2 } });
    breakers.push(breaker);
    return breaker;
  };
  const { stop } = await ending(() => run(source));
  expect(stop?.reason).toBe("budget");
  await ending(() => run(source));
  expect(breakers.map(({ spending }) => spending.modelCalls)).toEqual([2, 2]);
});

test("an agent is guarded, and no runner: guard prints once what to write", async () => {
  const script = `
    import { guardAgent } from "@guard/openai-agents";
    import { Agent, run, setTracingDisabled, Usage } from "@openai/agents";
    setTracingDisabled(true);
    const content = [{ type: "output_text", text: "done" }];
    const output = [{ type: "message", role: "assistant", status: "completed", content }];
    const model = { getResponse: async () => ({ output, usage: new Usage() }) };
    const agent = guardAgent(new Agent({ name: "assistant", model }));
    for (let i = 0; i < 2; i += 1) console.log((await run(agent, "Go.")).finalOutput);
  `;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", script],
    { cwd: join(import.meta.dirname, "..") },
  );
  expect(stdout).toBe("done\ndone\n");
  expect(stderr).toBe(
    "guard: no runner is guarded, so guard does not guard this agent either. Write guardRunner(Runner, registry) once, " +
      "before the first run.\n",
  );
});
