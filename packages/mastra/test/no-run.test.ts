// Where no run can begin, a call that returns a promise rejects: it never throws at once, so `.catch()` hears of it.
import { OptionsError } from "@guard/core";
import type { Agent } from "@mastra/core/agent";
import { sourcesWithoutRun } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { guardAgent } from "../src/index.ts";
import { agentOf } from "./support/agents.ts";

const question = "Find the port.";
const ways: Readonly<Record<string, (agent: Agent) => Promise<unknown>>> = {
  generate: (agent) => agent.generate(question),
  stream: (agent) => agent.stream(question),
  network: (agent) => agent.network(question),
};

describe.for(Object.entries(ways))("%s", ([, begin]) => {
  test.for(sourcesWithoutRun)("%s: rejects", async ([, source]) => {
    const begun = begin(guardAgent(agentOf(() => "done").agent, source));
    const told = begun.catch((error: unknown) => error);
    await expect(told).resolves.toBeInstanceOf(OptionsError);
  });
});
