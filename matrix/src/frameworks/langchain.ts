import { GuardCallbackHandler } from "@guard/langchain";
import { guardMiddleware } from "@guard/langchain/middleware";
import { Command, MemorySaver } from "@langchain/langgraph";
import * as langchain from "langchain";
import type { Combination } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import type { Scene } from "../scene.ts";
import { lastIn, parts, type HelperMaker } from "./langchain-parts.ts";
import { goesOn, mostAttempts, playWith, type Agent } from "./langchain-session.ts";

/** `createAgent`, with guard as its handler and as its middleware. */
export const langchainAgents: Framework = {
  missing,
  play: (scene) => playWith(scene, agent),
};

function missing({ way, exit }: Combination): string | undefined {
  if (exit === "route") return "createAgent has no error path of the user's own";
  if (way === "workflow" || way === "network")
    return `LangChain has no ${way}s beside LangGraph's graphs`;
  return undefined;
}

const helper: HelperMaker = (name, model, tools) => {
  const inner = langchain.createAgent({ model, tools, name });
  return async (question) => lastIn(await inner.invoke({ messages: question }))?.text;
};

/** Middleware that retries, or asks another model. The types of LangChain's own don't fit each other exactly. */
function neighbours({ combination: { way } }: Scene, spare: ReturnType<typeof parts>["spare"]) {
  const eager = {
    maxRetries: mostAttempts - 1,
    initialDelayMs: 0,
    jitter: false,
    retryOn: () => true,
  };
  if (way === "retry") {
    return [langchain.modelRetryMiddleware(eager), langchain.toolRetryMiddleware(eager)];
  }
  return way === "fallback model" ? [langchain.modelFallbackMiddleware(spare)] : [];
}

function agent(scene: Scene, job: Job | undefined): Agent {
  const source = scene.registry(job);
  const { model, spare, tools } = parts(scene, source, helper);
  const checkpointer = goesOn(scene) ? new MemorySaver() : undefined;
  const guard = guardMiddleware(source, { checkpointer });
  const middleware = [...neighbours(scene, spare), guard];
  const made = langchain.createAgent({
    model,
    tools,
    middleware: middleware as langchain.AgentMiddleware[],
    ...(checkpointer === undefined ? {} : { checkpointer }),
  });
  const callbacks = [new GuardCallbackHandler(source)];
  const { graph } = made;
  const isPending = async (config: object) => (await graph.getState(config)).next.length > 0;
  return {
    input: ({ text }) => ({ messages: [{ role: "user", content: text }] }),
    invoke: (input, config) => made.invoke(input as never, { ...config, callbacks } as never),
    stream: (input, config) => made.stream(input as never, { ...config, callbacks } as never),
    batch: (inputs, configs) =>
      graph.batch(
        inputs as never[],
        configs.map((config) => ({ ...config, callbacks })),
        { returnExceptions: true },
      ),
    runOn: async (config) => {
      const input = (await isPending(config)) ? null : { messages: [] };
      return made.invoke(input as never, { ...config, callbacks } as never);
    },
    decide: (resume, config) =>
      made.invoke(new Command({ resume }) as never, { ...config, callbacks } as never),
  };
}
