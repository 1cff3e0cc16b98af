import { OptionsError, type BreakerSource, type CircuitOpenError } from "@guard/core";
import { runsOf, type GuardedRun } from "@guard/core/adapter";
import { RunTree, type Run } from "@guard/langchain/run-handler";
import type { Callbacks } from "@langchain/core/callbacks/manager";
import { recordIn } from "./state.ts";

interface Config {
  readonly callbacks?: Callbacks | undefined;
}

/** The run of the node or the edge with this config; `undefined` where no handler of that source hears it. */
export function findRun(source: BreakerSource, config: Config | undefined): Run | undefined {
  const callbacks = config?.callbacks;
  const id = Array.isArray(callbacks) ? undefined : callbacks?.getParentRunId();
  return runsOf(source).own(RunTree).get(id);
}

/**
 * The run of the node with this config. The run goes on from the record in the node's state.
 *
 * @throws {OptionsError} where the graph runs without a handler of that source
 */
export function runOf(source: BreakerSource, config: Config | undefined, state: unknown): Run {
  const run = findRun(source, config);
  if (run === undefined) {
    throw new OptionsError([
      "callbacks: expected a GuardGraphHandler of the same registry, received none; write guardGraph(builder.compile(), registry)",
    ]);
  }
  run.root.guarded.thread.restore(recordIn(state));
  return run;
}

/** What stops a run, where no node of the graph has answered it. */
export function openStop({ stop, latch }: GuardedRun): CircuitOpenError | undefined {
  return latch.answered ? undefined : stop;
}
