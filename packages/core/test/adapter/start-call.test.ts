// Block events at the seam: each refused call is told once, and with it whether it ran all the same.
import { expect, test } from "vitest";
import { runsOf, type Agent, type Starting } from "../../src/adapter/index.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import { call, Chat } from "../support/seam.ts";

type Start = (options?: { readonly canRefuse?: boolean }) => Promise<Starting>;

test.for<readonly [string, (start: Start, agent: Agent) => Promise<unknown>, executed: boolean]>([
  ["one that is refused", (start) => start(), false],
  ["one that a framework tries again", async (start) => [await start(), await start()], false],
  ["one where the model would not read a refusal", (start) => start({ canRefuse: false }), true],
  ["one that never starts", (_, { run }) => run.end(), false],
])("%s", async ([, happens, executed]) => {
  const registry = createRegistry({ warnings: false });
  const agent = runsOf(registry).run("start").agent("a");
  const told: boolean[] = [];
  const off = registry.on("block", (event) => told.push(event.executed));
  await new Chat(agent).asks("A", "A", "A");
  const again = call("A");
  await agent.ask([again], "fourth");
  expect(told).toEqual([]);
  await happens((options) => agent.start(again, options), agent);
  expect(told).toEqual([executed]);
  off();
});
