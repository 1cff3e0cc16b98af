import type { ToolCall } from "@guard/core";
import { GuardCallbackHandler } from "@guard/langchain";
import { AgentExecutor, createToolCallingAgent } from "@langchain/classic/agents";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import type { StructuredToolInterface } from "@langchain/core/tools";
import type { Combination } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import type { Scene } from "../scene.ts";
import { handoffName } from "../trips.ts";
import { parts, type HelperMaker } from "./langchain-parts.ts";
import { mostAttempts, playWith, type Agent } from "./langchain-session.ts";

/** The classic `AgentExecutor`, with guard as its handler. */
export const classicExecutor: Framework = {
  missing,
  play: (scene) => playWith(scene, agent),
};

function missing({ way, exit }: Combination): string | undefined {
  if (exit !== "throw") return "an AgentExecutor has no middleware, and a handler can only throw";
  if (way === "resume") return "an AgentExecutor has no checkpointer";
  if (way === "workflow" || way === "network") return `LangChain's classic agents have no ${way}s`;
  return undefined;
}

const prompt = ChatPromptTemplate.fromMessages([
  ["human", "{input}"],
  ["placeholder", "{agent_scratchpad}"],
]);

function executor(model: BaseChatModel, tools: StructuredToolInterface[]): AgentExecutor {
  return new AgentExecutor({
    agent: createToolCallingAgent({ llm: model, tools, prompt }),
    tools,
    maxIterations: 100,
  });
}

const helper: HelperMaker = (_name, model, tools) => {
  const inner = executor(model, tools);
  return async (input) => (await inner.invoke({ input }))["output"] as unknown;
};

/** Executors have no names: which tools run one is told. */
const handoff = ({ tool }: ToolCall) => (tool === handoffName ? { to: "helper" } : undefined);

function agent(scene: Scene, job: Job | undefined): Agent {
  const { way } = scene.combination;
  // Two runs of an executor have nothing in common but a breaker of one's own.
  const source = job !== undefined && way === "abort" ? scene.breaker(job) : scene.registry(job);
  const { model, spare, tools } = parts(scene, source, helper);
  const asked = way === "fallback model" ? model.withFallbacks([spare]) : model;
  const plain = executor(asked as BaseChatModel, tools);
  const made = way === "retry" ? plain.withRetry({ stopAfterAttempt: mostAttempts }) : plain;
  const callbacks = [new GuardCallbackHandler(source, { handoff })];
  return {
    input: ({ text }) => ({ input: text }),
    invoke: (input, config) => made.invoke(input as never, { ...config, callbacks }),
    stream: (input, config) => made.stream(input as never, { ...config, callbacks }),
    batch: (inputs, configs) =>
      made.batch(
        inputs as never[],
        configs.map((config) => ({ ...config, callbacks })),
        { returnExceptions: true },
      ),
    runOn: (config) => made.invoke({ input: job!.text }, { ...config, callbacks }),
  };
}
