import { readRecord } from "@guard/core/adapter";
import { createRegistry, type BreakerSource, type GuardOptions } from "@guard/core";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { createAgent, type AgentMiddleware } from "langchain";
import { listen } from "guard-test-support";
import { scriptedModel, type Answer } from "guard-test-support/langchain";
import {
  GuardCallbackHandler,
  guardMiddleware,
  type GuardMiddlewareOptions,
} from "../../src/index.ts";
import { recordIn } from "../../src/record.ts";
import { useTool } from "./tools.ts";

export interface ProcessSetup {
  readonly checkpointer: BaseCheckpointSaver;
  readonly script: (turn: number) => Answer;
  readonly options?: GuardOptions;
  /** What others share with it. Default: a registry of its own. */
  readonly source?: BreakerSource;
  readonly handlers?: number;
  readonly reads?: boolean;
  readonly body?: (q: string) => string;
  /** Other middlewares, before and behind guard's. */
  readonly before?: readonly object[];
  readonly behind?: readonly object[];
  readonly exitBehavior?: GuardMiddlewareOptions["exitBehavior"];
}

let processes = 0;

/** A process: an agent and a registry of its own, on a checkpointer that others use, too. */
export function startProcess(setup: ProcessSetup) {
  const { checkpointer, script, options, handlers = 1, reads = false } = setup;
  const { before = [], behind = [], exitBehavior } = setup;
  const source = setup.source ?? createRegistry(options);
  const events = "on" in source ? listen(source) : [];
  processes += 1;
  const model = scriptedModel(script, `process-${processes}`);
  const used = useTool("tool()", setup.body);
  const own = { ...(reads ? { checkpointer } : {}), exitBehavior };
  const middleware = [...before, guardMiddleware(source, own), ...behind] as AgentMiddleware[];
  const agent = createAgent({ model, tools: [used.tool], checkpointer, middleware });
  const callbacks = handlers === 0 ? {} : { callbacks: [new GuardCallbackHandler(source)] };
  const thread = (id: string, checkpoint?: string) => ({
    ...callbacks,
    recursionLimit: 100,
    configurable: {
      thread_id: id,
      ...(checkpoint === undefined ? {} : { checkpoint_id: checkpoint }),
    },
  });
  return {
    agent,
    events,
    model,
    thread,
    /** What the newest checkpoint of a thread keeps of guard, or the one that is named. */
    recordAt: async (id: string, checkpoint?: string) => {
      // its own type says never
      const state: Promise<unknown> = agent.getState(thread(id, checkpoint));
      return readRecord(recordIn(((await state) as { readonly values: unknown }).values), "_guard");
    },
    newestCheckpoint: async (id: string) => {
      const state: Promise<unknown> = agent.getState(thread(id));
      const { config } = (await state) as { config: { configurable: { checkpoint_id: string } } };
      return config.configurable.checkpoint_id;
    },
    ran: used.ran,
    /** Model calls and tool bodies so far. */
    counts: () => [model.callCount, used.ran.length],
  };
}
