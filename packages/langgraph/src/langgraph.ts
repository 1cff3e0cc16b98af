import { OptionsError, type BreakerSource } from "@guard/core";
import { Handoffs, runsOf, type CheckpointReader, type HandoffOptions } from "@guard/core/adapter";
import { RunHandler } from "@guard/langchain/run-handler";
import { recordIn } from "./state.ts";

/** Options of the handler. */
export interface GuardGraphOptions extends HandoffOptions {
  /**
   * The checkpointer of the graph: read when a run starts, so that a thread which goes on from an older
   * checkpoint in another process knows what its other branches have spent.
   */
  readonly checkpointer?: CheckpointReader | undefined;
}

/**
 * The callback handler of `@guard/langchain` for graphs that answer a trip themselves: a model's answer
 * that trips is kept, so that edges can route on it; what comes after it is refused. A trip that no node
 * of the graph has answered is thrown when the run ends.
 *
 * With a registry each run of the graph has a breaker of its own, and goes on from the channel `guard`
 * of its state where it has one.
 *
 * @throws {OptionsError} for an invalid source, and for invalid options
 *
 * @example
 * const graph = builder.compile().withConfig({ callbacks: [new GuardGraphHandler(registry)] });
 */
export class GuardGraphHandler extends RunHandler {
  constructor(source: BreakerSource, { checkpointer, ...options }: GuardGraphOptions = {}) {
    if (checkpointer !== undefined && typeof checkpointer?.list !== "function") {
      throw new OptionsError([
        `checkpointer: expected a checkpointer, received ${typeof checkpointer}`,
      ]);
    }
    const ways = {
      handoffs: new Handoffs(options),
      learnsHandoffs: false,
      keepsAnswer: () => true,
      recordIn,
      isKeptByName: true,
    };
    super(source, ways, { exits: ["finish", "wind-down", "route", "ask"] });
    if (checkpointer !== undefined) runsOf(source).threads?.read(checkpointer, recordIn);
  }
}
