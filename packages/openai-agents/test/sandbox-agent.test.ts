// The SDK runs a copy of a SandboxAgent. Its oldest supported version has no such agents.
import { createRegistry } from "@guard/core";
import { Runner } from "@openai/agents";
import { SandboxAgent } from "@openai/agents/sandbox";
import { UnixLocalSandboxClient } from "@openai/agents/sandbox/local";
import { ending, listen } from "guard-test-support";
import { expect, test } from "vitest";
import { guardRunner } from "../src/index.ts";
import { askSearch, bare, searchTool } from "./support/agents.ts";
import { scriptedModel } from "./support/scripted-model.ts";

test("regression: guard stops a SandboxAgent, and refuses its tools", async () => {
  const { search, runs } = searchTool();
  const { model, requests } = scriptedModel(() => [askSearch]);
  const agent = new SandboxAgent({ name: "box", model, tools: [search], capabilities: [] });
  const registry = createRegistry();
  const events = listen(registry);
  const sandbox = { client: new UnixLocalSandboxClient() };
  const runner = guardRunner(new Runner({ ...bare, sandbox }), registry);
  const { stop } = await ending(() => runner.run(agent, "Go.", { maxTurns: 20 }));
  expect([stop?.reason, requests.length, runs.length]).toEqual(["loop", 6, 3]);
  expect(events.filter(({ type }) => type === "block").length).toBe(2);
});
