import { OptionsError, type BreakerSource } from "@guard/core";
import { runsOf, type RunsOptions } from "@guard/core/adapter";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import type { RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { GuardCallbackHandler, waysOfAgents } from "./langchain.ts";
import { recordIn } from "./record.ts";
import { RunTree, type Run, type Ways } from "./run-tree.ts";

const twiceAdvice =
  "a handler and a middleware guard the same agent for two registries or breakers, so each model call counts twice. " +
  "Give both the same one: guardMiddleware(registry), new GuardCallbackHandler(registry).";

/**
 * Finds the run of a model node for a middleware: as a handler over the same source has heard of it, else as a
 * handler of its own does.
 *
 * A middleware can bring a handler to the model of its node and nowhere else: callbacks go from a run to
 * what is below it, and the tools are beside it.
 */
export class NodeRuns {
  readonly #runs: RunTree;
  readonly #ways: Ways = waysOfAgents();
  readonly #own: GuardCallbackHandler;
  /** The root runs that no handler hears of, by what LangGraph makes once for each of them. */
  readonly #roots = new WeakMap<object, string>();

  constructor(source: BreakerSource, options: RunsOptions) {
    this.#runs = runsOf(source, options).own(RunTree);
    this.#own = new GuardCallbackHandler(source);
  }

  /** The run of the node in which this is called; `undefined` where no handler has heard of it. */
  heard(): Run | undefined {
    const { callbacks } = configNow();
    return Array.isArray(callbacks) ? undefined : this.#runs.get(callbacks?.getParentRunId());
  }

  /** The run of the model node in which this is called, with the state that the node is given. */
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

/** What LangChain has passed on to the node in which this is called. */
function configNow(): RunnableConfig {
  const config: RunnableConfig | undefined = AsyncLocalStorageProviderSingleton.getRunnableConfig();
  if (config === undefined) {
    throw new Error("guardMiddleware works only where there is AsyncLocalStorage");
  }
  return config;
}

/** A field-by-field copy of a handler has its name, but hears nothing. */
function refuseCopy(handler: BaseCallbackHandler): void {
  if (handler.name !== "guard" || handler.handleLLMEnd !== undefined) return;
  throw new OptionsError([
    "callbacks: expected the GuardCallbackHandler itself, received a copy that hears nothing",
  ]);
}

/** The callbacks that the node gives to its model; without any it is given some. */
function managerOf(config: RunnableConfig): CallbackManager {
  const { callbacks } = config;
  if (callbacks !== undefined && !Array.isArray(callbacks)) return callbacks;
  const manager = new CallbackManager(crypto.randomUUID());
  for (const handler of callbacks ?? []) manager.addHandler(handler as BaseCallbackHandler);
  config.callbacks = manager;
  return manager;
}
