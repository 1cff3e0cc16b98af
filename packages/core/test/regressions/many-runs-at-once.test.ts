// All of 250 agents at once made 45 model calls of 30, one beside 20,500 short runs made 60 of 10, and calls ran after
// a trip: the runs that lived longest were forgotten first.
import { expect, test } from "vitest";
import { runsOf } from "../../src/adapter/index.ts";
import { createRegistry, type Registry } from "../../src/breaker/registry.ts";
import { Chat } from "../support/seam.ts";

/** A run of its own, and how many answers it gets where it asks for 45 steps. */
function begin(registry: Registry, id: string) {
  const run = runsOf(registry).run(id);
  const chat = new Chat(run.agent());
  let calls = 0;
  const step = async (name: string) => {
    if ((await chat.asks(name)) === ".") calls += 1;
  };
  return { run, step, calls: () => calls };
}

async function shortRuns(registry: Registry, count: number, name: string): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const { run, step } = begin(registry, `${name} ${index}`);
    await step("file");
    await run.end();
  }
}

test("250 agents at once x 45 steps with a budget of 30 model calls make 30 each", async () => {
  const registry = createRegistry({ budget: { modelCalls: 30 } });
  const agents = Array.from({ length: 250 }, (_, index) => begin(registry, `agent ${index}`));
  for (let step = 0; step < 45; step += 1) {
    await Promise.all(agents.map((agent) => agent.step(`file ${step}`)));
  }
  expect(agents.map(({ calls }) => calls())).toEqual(Array(250).fill(30));
});

test("a long agent beside 20,500 short runs makes 10 of 10 model calls, and none after its trip", async () => {
  const registry = createRegistry({ budget: { modelCalls: 10 } });
  const long = begin(registry, "long");
  for (let step = 0; step < 5; step += 1) await long.step(`file ${step}`);
  await shortRuns(registry, 10_250, "before");
  for (let step = 5; step < 15; step += 1) await long.step(`file ${step}`);
  expect([long.calls(), long.run.breaker.state]).toEqual([10, "open"]);
  await shortRuns(registry, 10_250, "after");
  const again = runsOf(registry).run("long");
  expect(again).toBe(long.run);
  for (let step = 15; step < 60; step += 1) await long.step(`file ${step}`);
  expect(long.calls()).toBe(10);
});
