import type { BreakerSource } from "@guard/core";
import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import { findRun, openStop } from "./find-run.ts";

/**
 * Writes a node's update or follows an edge, as LangGraph does after the node. If guard has stopped the run in that node, it
 * does not: it throws the stop, or leaves the rest to the error node.
 */
export class GuardedWrite extends Runnable {
  readonly lc_namespace: string[] = ["guard"];
  readonly #write: Runnable;
  readonly #source: BreakerSource;
  readonly #throws: boolean;

  constructor(write: Runnable, source: BreakerSource, onStop: "throw" | "skip") {
    super();
    this.#write = write;
    this.#source = source;
    this.#throws = onStop === "throw";
  }

  override async invoke(input: unknown, config: Partial<RunnableConfig> = {}): Promise<unknown> {
    const node = findRun(this.#source, config);
    const isOutermost = node?.parent !== undefined && node.parent.parent === undefined;
    const stop = isOutermost ? openStop(node.root.guarded) : undefined;
    if (stop === undefined) return this.#write.invoke(input, config);
    if (this.#throws) throw stop;
    return input;
  }
}
