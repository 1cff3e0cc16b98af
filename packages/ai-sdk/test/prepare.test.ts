// `prepareStep` and `prepareCall` of an agent may bring in other models and tools: guard.agent guards these too.
import { createRegistry, type GuardEvent } from "@guard/core";
import { isStepCount, ToolLoopAgent } from "ai";
import { ending } from "guard-test-support";
import { scriptedModel, use } from "guard-test-support/ai-sdk";
import { expect, test } from "vitest";
import { guardAI } from "../src/index.ts";
import { prompt, useTool, watchRejections } from "./support/guarded.ts";
import { is5, testIf } from "./support/versions.ts";

watchRejections();

/** A guard with what it tells, and a model that asks for the same for ever with the tool that it asks for. */
function looping() {
  const registry = createRegistry();
  const told: string[] = [];
  registry.on("*", ({ type }: GuardEvent) => void told.push(type));
  const guard = guardAI(registry);
  return { guard, told, ...scriptedModel(() => [use()]), ...useTool() };
}

const stopWhen = isStepCount(40);
const stoppedAtSix = ["loop", 6, 3];

test.for(["at once", "later"] as const)("a model of prepareStep, given %s", async (when) => {
  const { guard, told, model, prompts, ran, tools } = looping();
  const step = { model };
  const prepareStep = () => (when === "at once" ? step : Promise.resolve(step));
  const agent = guard.agent(new ToolLoopAgent({ model, tools, stopWhen, prepareStep }));

  const { stop } = await ending(() => agent.generate({ prompt }));

  expect([stop?.reason, prompts.length, ran.length]).toEqual(stoppedAtSix);
  expect(told).not.toContain("unguarded");
});

test("a prepareStep that changes nothing", async () => {
  const { guard, model, tools, prompts, ran } = looping();
  const agent = guard.agent(
    new ToolLoopAgent({ model, tools, stopWhen, prepareStep: () => undefined }),
  );

  const { stop } = await ending(() => agent.generate({ prompt }));

  expect([stop?.reason, prompts.length, ran.length]).toEqual(stoppedAtSix);
});

testIf(!is5)("model, tools and prepareStep of prepareCall", async () => {
  const { guard, told, model, prompts, ran, tools } = looping();
  const agent = guard.agent(
    new ToolLoopAgent({
      model,
      tools: useTool().tools,
      stopWhen,
      prepareCall: (settings) => ({ ...settings, model, tools, prepareStep: () => ({ model }) }),
    }),
  );

  const { stop } = await ending(() => agent.generate({ prompt }));

  expect([stop?.reason, prompts.length, ran.length]).toEqual(stoppedAtSix);
  expect(told).not.toContain("unguarded");
});
