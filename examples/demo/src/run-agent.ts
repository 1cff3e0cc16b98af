import { createRegistry, findCircuitOpen, type GuardOptions, type TripReport } from "@guard/core";
import { GuardCallbackHandler } from "@guard/langchain";
import { ChatOpenAI } from "@langchain/openai";
import type { ModelServer } from "example-model-server";
import { createAgent } from "langchain";
import { usdOf } from "./price.ts";
import type { ScriptedAgent } from "./scripted-agents.ts";

/** LangGraph counts steps of the model and of the tools, so 50 steps are 25 model calls. */
const recursionLimit = 50;

/** The outcome of one run. */
export interface RunResult {
  readonly modelCalls: number;
  readonly toolRuns: number;
  readonly usd: number;
  readonly ended: "finished" | "recursion limit" | "stopped by guard";
  readonly trip: TripReport | undefined;
}

/** Runs a LangChain agent over HTTP against the model server, with or without guard. */
export async function runAgent(
  agent: ScriptedAgent,
  server: ModelServer,
  guard?: GuardOptions,
): Promise<RunResult> {
  let usd = 0;
  let toolRuns = 0;
  const before = server.requests();
  const meter = {
    handleLLMEnd: (output: { generations: readonly (readonly object[])[] }) => {
      const { inputTokens, outputTokens } = usageOf(output.generations[0]?.[0]);
      usd += usdOf(agent.model, inputTokens, outputTokens);
    },
    handleToolEnd: () => {
      toolRuns += 1;
    },
  };
  const handlers = guard === undefined ? [] : [new GuardCallbackHandler(createRegistry(guard))];
  const langchain = createAgent({
    name: agent.name,
    model: new ChatOpenAI({
      model: agent.model,
      apiKey: "none",
      maxRetries: 0,
      configuration: { baseURL: server.url },
    }),
    tools: [...agent.tools],
    systemPrompt: `You are the agent ${agent.name}.`,
  });
  let ended: RunResult["ended"] = "finished";
  let trip: TripReport | undefined;
  try {
    await langchain.invoke(
      { messages: [{ role: "user", content: agent.task }] },
      { recursionLimit, callbacks: [meter, ...handlers] },
    );
  } catch (error) {
    trip = findCircuitOpen(error)?.report;
    if (trip === undefined && !isRecursionLimit(error)) throw error;
    ended = trip === undefined ? "recursion limit" : "stopped by guard";
  }
  return { modelCalls: server.requests() - before, toolRuns, usd, ended, trip };
}

function isRecursionLimit(error: unknown): boolean {
  return error instanceof Error && error.name === "GraphRecursionError";
}

function usageOf(generation: object | undefined) {
  const { message } = (generation ?? {}) as { message?: { usage_metadata?: Tokens } };
  return {
    inputTokens: message?.usage_metadata?.input_tokens ?? 0,
    outputTokens: message?.usage_metadata?.output_tokens ?? 0,
  };
}

interface Tokens {
  readonly input_tokens: number;
  readonly output_tokens: number;
}
