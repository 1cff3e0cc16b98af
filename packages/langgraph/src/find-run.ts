import { OptionsError, type BreakerSource } from "@guard/core";
import { isRegistry, runsOf, type GuardedRun } from "@guard/core/adapter";
import { RunTree, type Run } from "@guard/langchain/run-handler";
import type { Callbacks } from "@langchain/core/callbacks/manager";
import { recordIn } from "./state.ts";

interface Config {
  readonly callbacks?: Callbacks | undefined;
}

/** The run of the node or the edge that is called with this config, if a handler of that source hears it. */
export function findRun(source: BreakerSource, config: Config | undefined): Run | undefined {
  const callbacks = config?.callbacks;
  const id = Array.isArray(callbacks) ? undefined : callbacks?.getParentRunId();
  return runsOf(source).own(RunTree).get(id);
}

/**
 * The run in which a node is called, with the state that it is given.
 *
 * @throws {OptionsError} when the graph runs without the handler of that source
 */
export function runOf(source: BreakerSource, config: Config | undefined, state: unknown): Run {
  const run = findRun(source, config);
  if (run === undefined) {
    throw new OptionsError([
      "callbacks: expected a GuardGraphHandler of the same source, received none; give it by graph.withConfig({ callbacks: [handler] })",
    ]);
  }
  run.root.guarded.thread.restore(recordIn(state));
  return run;
}

/**
 * The same where the breaker is all that is needed: one that was handed over is known without a handler.
 *
 * @throws {OptionsError} when the graph runs without a handler on a registry
 */
export function guardedIn(
  source: BreakerSource,
  config: Config | undefined,
  state: unknown,
): GuardedRun {
  if (isRegistry(source) || findRun(source, config) !== undefined) {
    return runOf(source, config, state).root.guarded;
  }
  const breaker = typeof source === "function" ? source() : source;
  return runsOf(breaker, { exits: [breaker.onTrip] }).run(breaker.id, { isReported: false });
}
