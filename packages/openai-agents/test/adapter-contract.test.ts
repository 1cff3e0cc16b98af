import { adapterContract } from "@guard/testing";
import type { AdapterHarness, AdapterLimit, AdapterStream } from "@guard/testing";
import { Agent, Runner, tool, type Model } from "@openai/agents";
import { ending } from "guard-test-support";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { guardRunner } from "../src/index.ts";
import { resultsIn, scriptedModel } from "./support/scripted-model.ts";

/** How a run is made. */
interface Way {
  readonly stream?: boolean;
  readonly toolNotFoundBehavior?: "return_error_to_model";
  readonly cannot: readonly AdapterLimit[];
}

/** Agents of the SDK, run in one way, for the contract that every adapter keeps. */
function harness({ stream = false, cannot, ...config }: Way): AdapterHarness {
  return {
    cannot,
    run: async ({ source, script, tools }) => {
      let toolRuns = 0;
      let read: readonly string[] = [];
      const { model, requests } = scriptedModel((turn, request) => {
        read = resultsIn(request);
        const answer = script(turn, read);
        if (typeof answer === "string") return answer;
        return answer.map(({ tool: name, ...asked }) => ({ name, ...asked }));
      });
      const counted = Object.entries(tools).map(([name, body]) =>
        tool({
          name,
          description: name,
          parameters: z.object({ q: z.string() }),
          execute: (args) => {
            toolRuns += 1;
            return body(args);
          },
        }),
      );
      const agent = new Agent({ name: "agent", model, tools: counted });
      const runner = guardRunner(new Runner({ tracingDisabled: true, ...config }), source);
      const { result, error } = await ending(async () => {
        const options = { maxTurns: 100 };
        if (!stream) return (await runner.run(agent, "Find the port.", options)).finalOutput;
        const streamed = await runner.run(agent, "Find the port.", { ...options, stream: true });
        await streamed.completed;
        return streamed.finalOutput;
      });
      return { modelCalls: requests.length, toolRuns, read, error, text: result };
    },
    stream: async ({ source, ...answer }) => {
      const agent = new Agent({ name: "agent", model: breakingOff(answer) });
      const runner = guardRunner(new Runner({ tracingDisabled: true, ...config }), source);
      await ending(async () => {
        const streamed = await runner.run(agent, "Find the port.", { stream: true });
        await streamed.completed;
      });
    },
  };
}

/** A model whose stream breaks off. */
function breakingOff({ words, hidesThoughts, error }: Omit<AdapterStream, "source">): Model {
  const event = { type: "response.output_item.added", item: { type: "reasoning", id: "rs_1" } };
  return {
    getResponse: () => Promise.reject(new Error("this model streams")),
    async *getStreamedResponse() {
      yield { type: "response_started" };
      if (hidesThoughts) yield { type: "model", event };
      for (const delta of words) yield { type: "output_text_delta", delta };
      throw error;
    },
  };
}

const runner = { describe, test, expect };
const toolNotFoundBehavior = "return_error_to_model";
// The SDK makes a text of what a tool throws before anyone sees it. Its oldest version ends the run of a tool that does
// not exist in any case.
const isOldest = process.env["GUARD_OLDEST"] !== undefined;
const cannot: readonly AdapterLimit[] = isOldest ? ["unknownTool", "seeErrors"] : ["seeErrors"];
adapterContract(runner, "run", harness({ cannot: ["unknownTool", "seeErrors"] }));
adapterContract(
  runner,
  "run, which goes on without a tool that does not exist",
  harness({ toolNotFoundBehavior, cannot }),
);
adapterContract(runner, "a streamed run", harness({ stream: true, toolNotFoundBehavior, cannot }));
