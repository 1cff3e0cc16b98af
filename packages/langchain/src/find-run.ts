import { OptionsError, type BreakerSource } from "@guard/core";
import { runsOf, type RunsOptions } from "@guard/core/adapter";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import type { RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { GuardCallbackHandler, waysOfAgents } from "./langchain.ts";
import { recordIn } from "./record.ts";
import { RunTree } from "./run-tree.ts";
import type { Run, Ways } from "./run.ts";

const twiceAdvice =
  "a handler and a middleware guard the same agent for two registries or breakers, so each model call counts twice. " +
  "Give both the same registry: guardMiddleware(registry), new GuardCallbackHandler(registry).";

/**
 * Finds the run of an agent's node for a middleware. A handler over the same source may know the run. If none does, the
 * middleware brings a handler of its own.
 *
 * That handler hears only the model of its node: LangChain passes callbacks on from a run to the runs below it, and the
 * tools of the agent are not below the model's node.
 */
export class NodeRuns {
  readonly #runs: RunTree;
  readonly #ways: Ways = waysOfAgents();
  readonly #own: GuardCallbackHandler;
  /** The root runs that no handler hears, by an object that LangGraph makes once for each of them. */
  readonly #roots = new WeakMap<object, string>();

  constructor(source: BreakerSource, options: RunsOptions) {
    this.#runs = runsOf(source, options).own(RunTree);
    this.#own = new GuardCallbackHandler(source);
  }

  /** The run of the node that calls this; `undefined` if no handler hears the node. */
  heard(): Run | undefined {
    const { callbacks } = configNow();
    return Array.isArray(callbacks) ? undefined : this.#runs.get(callbacks?.getParentRunId());
  }

  /** The run of the model node that calls this. `state` is the state that the node got. */
  current(state: unknown): Run {
    const config = configNow();
    const manager = managerOf(config);
    const node = manager.getParentRunId()!;
    for (const handler of manager.handlers) refuseCopy(handler);
    const run = this.#runs.get(node) ?? this.#adopt(config, manager, node);
    const { guarded } = run.root;
    guarded.thread.restore(recordIn(state));
    const { thread_id: thread, __pregel_checkpointer: checkpointer } = config.configurable ?? {};
    if (checkpointer) guarded.thread.keepIn(thread, checkpointer as object);
    return run;
  }

  #adopt(config: RunnableConfig, manager: CallbackManager, node: string): Run {
    const isGuardedElsewhere = manager.handlers.some(({ name }) => name === this.#own.name);
    manager.addHandler(this.#own);
    const run = this.#runs.adopt(this.#rootOf(config), node, config.metadata, this.#ways);
    if (isGuardedElsewhere) {
      run.root.guarded.misplaced("guarded-twice", run.speaker.agent, twiceAdvice);
    }
    return run;
  }

  #rootOf(config: RunnableConfig): string {
    const writer = (config as { writer?: object }).writer ?? config;
    const root = this.#roots.get(writer) ?? crypto.randomUUID();
    this.#roots.set(writer, root);
    return root;
  }
}

/** The config that LangChain passed on to the node that calls this. */
function configNow(): RunnableConfig {
  const config: RunnableConfig | undefined = AsyncLocalStorageProviderSingleton.getRunnableConfig();
  if (config === undefined) {
    throw new Error("guardMiddleware works only where there is AsyncLocalStorage");
  }
  return config;
}

/** A copy of a handler, made field by field, has the name of the handler and hears nothing. */
function refuseCopy(handler: BaseCallbackHandler): void {
  if (handler.name !== "guard" || handler.handleLLMEnd !== undefined) return;
  throw new OptionsError([
    "callbacks: expected the GuardCallbackHandler itself, received a copy that hears nothing",
  ]);
}

/** The callbacks that the node passes on to its model. A node without callbacks gets new ones. */
function managerOf(config: RunnableConfig): CallbackManager {
  const { callbacks } = config;
  if (callbacks !== undefined && !Array.isArray(callbacks)) return callbacks;
  const manager = new CallbackManager(crypto.randomUUID());
  for (const handler of callbacks ?? []) manager.addHandler(handler as BaseCallbackHandler);
  config.callbacks = manager;
  return manager;
}
