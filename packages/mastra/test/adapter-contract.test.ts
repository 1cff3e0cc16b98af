import { adapterContract, type AdapterHarness } from "@guard/testing";
import { Agent } from "@mastra/core/agent";
import { ending } from "guard-test-support";
import { resultsIn } from "guard-test-support/ai-sdk";
import { describe, expect, test } from "vitest";
import { guardAgent } from "../src/index.ts";
import { modelOf, toolOf, ways, wayNames, type Way } from "./support/agents.ts";

/** Agents of Mastra, called in one way, for the contract of all adapters. */
function harness(way: Way): AdapterHarness {
  return {
    run: async ({ source, script, tools }) => {
      let toolRuns = 0;
      let read: readonly string[] = [];
      const { model, prompts } = modelOf((turn, prompt) => {
        read = resultsIn(prompt);
        const answer = script(turn, read);
        if (typeof answer === "string") return answer;
        return answer.map(({ tool, ...asked }) => ({ name: tool, ...asked }));
      });
      const counted = Object.entries(tools).map(([name, body]) => {
        const execute = (args: unknown) => {
          toolRuns += 1;
          return body(args);
        };
        return [name, toolOf(name, execute)];
      });
      const agent = new Agent({
        id: "agent",
        name: "Agent",
        instructions: "Find ports.",
        model,
        tools: Object.fromEntries(counted),
      });
      guardAgent(agent, source);
      const { result, error } = await ending(async () => (await ways[way](agent)).text);
      return { modelCalls: prompts.length, toolRuns, read, error, text: result };
    },
  };
}

const runner = { describe, test, expect };
for (const way of wayNames) adapterContract(runner, way, harness(way));
