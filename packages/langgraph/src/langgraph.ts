import { OptionsError, type BreakerSource } from "@guard/core";
import { checkOptions, Handoffs, hasMethods, received, runsOf } from "@guard/core/adapter";
import type { CheckpointReader, HandoffOptions } from "@guard/core/adapter";
import { RunHandler } from "@guard/langchain/run-handler";
import { recordIn } from "./state.ts";

/** Options of `GuardGraphHandler`. */
export interface GuardGraphHandlerOptions extends HandoffOptions {
  /**
   * The checkpointer of the graph. A run that goes on from an older checkpoint in another process then knows what other
   * branches of the thread have spent. Default: guard reads none. `guardGraph` passes it by itself.
   */
  readonly checkpointer?: CheckpointReader | undefined;
}

/**
 * The callback handler that counts every call of a graph and stops its run. `guardGraph` places it; give it yourself
 * where you use the parts apart.
 *
 * The handler keeps a model's answer that trips, so that the edges of the graph can route on it, and refuses every call
 * after that answer. If no node of the graph answers the trip, the run rejects with a `CircuitOpenError`.
 *
 * @throws {OptionsError} for an invalid source, and for invalid options
 *
 * @example
 * const graph = builder.compile().withConfig({ callbacks: [new GuardGraphHandler(registry)] });
 */
export class GuardGraphHandler extends RunHandler {
  constructor(source: BreakerSource, options: GuardGraphHandlerOptions = {}) {
    checkOptions(options, ["handoff", "agents", "checkpointer"], "Write { checkpointer }.");
    const { checkpointer, ...handoffs } = options;
    if (checkpointer !== undefined && !hasMethods(checkpointer, "list")) {
      const what = received(checkpointer);
      throw new OptionsError([`checkpointer: expected a checkpointer, received ${what}`]);
    }
    const ways = {
      handoffs: new Handoffs(handoffs),
      learnsHandoffs: false,
      keepsAnswer: () => true,
      recordIn,
      isKeptByName: true,
    };
    super(source, ways, { exits: ["finish", "wind-down", "route", "ask"] });
    if (checkpointer !== undefined) runsOf(source).threads?.read(checkpointer, recordIn);
  }
}
