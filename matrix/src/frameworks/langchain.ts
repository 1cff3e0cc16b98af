import { guardAgent, GuardCallbackHandler, guardMiddleware } from "@guard/langchain";
import { Command, MemorySaver } from "@langchain/langgraph";
import * as langchain from "langchain";
import type { Combination } from "../combination.ts";
import type { Framework } from "../framework.ts";
import type { Job } from "../job.ts";
import type { Scene } from "../scene.ts";
import { lastIn, parts, type HelperMaker } from "./langchain-parts.ts";
import { goesOn, mostAttempts, playWith, type Agent } from "./langchain-session.ts";

/** `createAgent`, guarded by one line or by the parts. */
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

type Made = langchain.ReactAgent;

/** One line guards an agent. Beside other middleware the parts stand in the worst place: behind that middleware. */
function made(scene: Scene, job: Job | undefined): { agent: Made; callbacks: object } {
  const source = scene.registry(job);
  const { model, spare, tools } = parts(scene, source, helper);
  const checkpointer = goesOn(scene) ? new MemorySaver() : undefined;
  const given = { model, tools, ...(checkpointer === undefined ? {} : { checkpointer }) };
  const others = neighbours(scene, spare);
  if (others.length === 0) {
    return { agent: guardAgent(langchain.createAgent(given) as Made, source), callbacks: {} };
  }
  const middleware = [...others, guardMiddleware(source, { checkpointer })];
  return {
    agent: langchain.createAgent({
      ...given,
      middleware: middleware as langchain.AgentMiddleware[],
    }) as Made,
    callbacks: { callbacks: [new GuardCallbackHandler(source)] },
  };
}

function agent(scene: Scene, job: Job | undefined): Agent {
  const { agent: one, callbacks } = made(scene, job);
  const { graph } = one;
  const isPending = async (config: object) => (await graph.getState(config)).next.length > 0;
  return {
    input: ({ text }) => ({ messages: [{ role: "user", content: text }] }),
    invoke: (input, config) => one.invoke(input as never, { ...config, ...callbacks } as never),
    stream: (input, config) => one.stream(input as never, { ...config, ...callbacks } as never),
    batch: (inputs, configs) =>
      graph.batch(
        inputs as never[],
        configs.map((config) => ({ ...config, ...callbacks })),
        { returnExceptions: true },
      ),
    runOn: async (config) => {
      const input = (await isPending(config)) ? null : { messages: [] };
      return one.invoke(input as never, { ...config, ...callbacks } as never);
    },
    decide: (resume, config) =>
      one.invoke(new Command({ resume }) as never, { ...config, ...callbacks } as never),
  };
}
