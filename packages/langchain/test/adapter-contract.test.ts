import type { BreakerSource } from "@guard/core";
import { adapterContract } from "@guard/testing";
import type { AdapterHarness, AdapterSetup } from "@guard/testing";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel } from "guard-test-support/langchain";
import { guardAgent, GuardCallbackHandler } from "../src/index.ts";
import { BreakingOffModel } from "./support/breaking-off-model.ts";
import {
  executorInvoke,
  question,
  toolCallingExecutor,
  type Runner,
  type Setup,
} from "./support/runners.ts";

quietHandlerErrors();

/** Runs an agent once, guarded. */
type GuardedRunner = (setup: Omit<Setup, "callbacks">, source: BreakerSource) => Promise<unknown>;

/** The handler, given to the call. */
const withHandler =
  (runner: Runner): GuardedRunner =>
  (setup, source) =>
    runner({ ...setup, callbacks: [new GuardCallbackHandler(source)] });

/** Agents of LangChain's, run in one way, for the contract that every adapter keeps. */
function harness(runner: GuardedRunner, cannot: AdapterHarness["cannot"]): AdapterHarness {
  return {
    cannot,
    run: async ({ source, script, tools }) => {
      let modelCalls = 0;
      let toolRuns = 0;
      let read: readonly string[] = [];
      const model = scriptedModel((turn, messages) => {
        modelCalls = turn;
        read = resultsIn(messages);
        const answer = script(turn, read);
        if (typeof answer === "string") return answer;
        return answer.map(({ tool: name, args, id }) => ({
          name,
          args: args as Record<string, unknown>,
          ...(id === undefined ? {} : { id }),
        }));
      });
      const counted = Object.entries(tools).map(([name, body]) =>
        toolOf(name, (args) => {
          toolRuns += 1;
          return body(args);
        }),
      );
      const { result, error } = await ending(() => runner({ model, tools: counted }, source));
      return { modelCalls, toolRuns, read, error, text: textOf(result) };
    },
    stream: async ({ source, ...answer }) => {
      const callbacks = [new GuardCallbackHandler(source)];
      const model = new BreakingOffModel(answer);
      await ending(async () => {
        for await (const _ of await model.stream("Find the port.", { callbacks })) continue;
      });
    },
  };
}

function toolOf(name: string, body: AdapterSetup["tools"][string]) {
  return tool((args) => body(args), {
    name,
    description: name,
    schema: z.object({ q: z.string() }),
  });
}

/** The texts of the tool messages of a request, in order. */
function resultsIn(messages: readonly BaseMessage[]): readonly string[] {
  return messages.filter((message) => message.getType() === "tool").map(({ text }) => text);
}

function textOf(result: unknown): string | undefined {
  const { messages, output } = (result ?? {}) as { messages?: BaseMessage[]; output?: string };
  return output ?? messages?.at(-1)?.text;
}

/** With room for longer runs than LangGraph's own limit leaves. */
const recursionLimit = 100;

const createAgentInvoke: Runner = ({ model, tools, callbacks }) =>
  createAgent({ model, tools }).invoke(question, { callbacks, recursionLimit });

const guardAgentInvoke: GuardedRunner = ({ model, tools }, source) =>
  guardAgent(createAgent({ model, tools }), source).invoke(question, { recursionLimit });

const guardAgentGraph: GuardedRunner = ({ model, tools }, source) =>
  guardAgent(createAgent({ model, tools }), source).graph.invoke(question, { recursionLimit });

const guardedExecutor: GuardedRunner = (setup, source) =>
  guardAgent(toolCallingExecutor(setup), source).invoke({ input: "Find the port." });

const runner = { describe, test, expect };
adapterContract(runner, "guardAgent", harness(guardAgentInvoke, []));
adapterContract(runner, "the graph of a guarded agent", harness(guardAgentGraph, []));
// Notes for the model have no place in a callback: a warning is an event.
adapterContract(runner, "createAgent", harness(withHandler(createAgentInvoke), ["warn"]));
const executors = ["warn", "refuseInPlace"] as const;
adapterContract(runner, "an AgentExecutor", harness(withHandler(executorInvoke), executors));
adapterContract(runner, "a guarded AgentExecutor", harness(guardedExecutor, executors));
