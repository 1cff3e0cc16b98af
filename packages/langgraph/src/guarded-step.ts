import { findCircuitOpen, type BreakerSource } from "@guard/core";
import { Runnable, type RunnableConfig } from "@langchain/core/runnables";
import { Channel } from "@langchain/langgraph/pregel";
import { findRun, openStop } from "./find-run.ts";
import { channelKey } from "./state.ts";

/** How guard does its part of a step. */
export interface StepOptions {
  readonly source: BreakerSource;
  /** The channel that keeps guard's record. */
  readonly channel: string;
  /** The channel that makes the error node run. Without it, the step throws a stop. */
  readonly onStop: string | undefined;
}

/** Where LangGraph's config holds the function by which a node reads channels, and the checkpointer. */
const readKey = "__pregel_read";
const checkpointerKey = "__pregel_checkpointer";

/**
 * Runs a node of a guarded graph, with all that LangGraph runs after the node. Before it, the run goes on from guard's
 * record. After it, the step writes the record. A stop makes the error node run, and the node's own edges don't run.
 * Inside another guarded graph, the step only runs the node: the outer graph does the rest.
 */
export class GuardedStep extends Runnable {
  readonly lc_namespace: string[] = ["guard"];
  readonly #step: Runnable;
  readonly #options: StepOptions;

  constructor(step: Runnable, options: StepOptions) {
    super();
    this.#step = step;
    this.#options = options;
  }

  override async invoke(input: unknown, config: Partial<RunnableConfig> = {}): Promise<unknown> {
    const { source, channel, onStop } = this.#options;
    const run = findRun(source, config);
    if (run === undefined || run.parent !== undefined) return this.#step.invoke(input, config);
    const { guarded } = run.root;
    guarded.thread.restore(readChannel(config, channel));
    const isRead = channel === channelKey || config.configurable?.[checkpointerKey] !== undefined;
    const write = (writes: Record<string, unknown>) => {
      const record = isRead ? { [channel]: guarded.record() } : {};
      return Channel.writeTo([], { ...record, ...writes }).invoke(undefined, config);
    };
    let output: unknown;
    try {
      output = await this.#step.invoke(input, config);
    } catch (error) {
      const isStop = guarded.stop !== undefined && findCircuitOpen(error) !== undefined;
      if (onStop === undefined || !isStop) throw error;
    }
    if (onStop === undefined || openStop(guarded) === undefined) {
      await write({});
    } else {
      guarded.latch.answered = true;
      await write({ [onStop]: true });
    }
    return output;
  }
}

function readChannel({ configurable }: Partial<RunnableConfig>, channel: string): unknown {
  const read: unknown = configurable?.[readKey];
  return typeof read === "function" ? read(channel) : undefined;
}
