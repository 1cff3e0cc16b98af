import { OptionsError, type BreakerSource } from "@guard/core";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import type { RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { GuardCallbackHandler } from "./langchain.ts";
import { recordIn } from "./record.ts";
import type { Run } from "./run-tree.ts";
import { findTree, treeOf } from "./trees.ts";

/**
 * Finds the run of a model node for a middleware: as the handler of the run follows it where there is one
 * over the same source, else as a handler of its own does.
 *
 * A middleware can bring a handler to the model of its node and nowhere else: callbacks go from a run to
 * what is below it, and the tools are beside it.
 */
export class NodeRuns {
  readonly #source: BreakerSource;
  readonly #own: GuardCallbackHandler;
  /** The root runs that no handler follows, by what LangGraph makes once for each of them. */
  readonly #roots = new WeakMap<object, string>();

  constructor(source: BreakerSource) {
    this.#source = source;
    this.#own = new GuardCallbackHandler(source);
  }

  /** The run of the node in which this is called, with the state that the node is given. */
  current(state: unknown): Run {
    const config = AsyncLocalStorageProviderSingleton.getRunnableConfig() as
      | RunnableConfig
      | undefined;
    if (config === undefined) {
      throw new Error("guardMiddleware works only where there is AsyncLocalStorage");
    }
    const manager = managerOf(config);
    const node = manager.getParentRunId()!;
    for (const handler of manager.handlers) refuseCopy(handler);
    const known = findTree(manager.handlers, this.#source);
    if (known === undefined) manager.addHandler(this.#own);
    const tree = known ?? treeOf(this.#own);
    const run = tree.get(node) ?? tree.adopt(this.#rootOf(config), node, config.metadata);
    run.root.restore(recordIn(state));
    const { thread_id: thread, __pregel_checkpointer: checkpointer } = config.configurable ?? {};
    if (checkpointer) run.root.keepIn(checkpointer as object, thread);
    return run;
  }

  #rootOf(config: RunnableConfig): string {
    const writer = (config as { writer?: object }).writer ?? config;
    const root = this.#roots.get(writer) ?? crypto.randomUUID();
    this.#roots.set(writer, root);
    return root;
  }
}

/** What was copied from a handler field by field has its name, but hears nothing. */
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
  for (const handler of callbacks ?? []) manager.addHandler(handler as GuardCallbackHandler);
  config.callbacks = manager;
  return manager;
}
