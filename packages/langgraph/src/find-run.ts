import { OptionsError, type BreakerSource } from "@guard/core";
import { isRegistry } from "@guard/core/adapter";
import type { Callbacks } from "@langchain/core/callbacks/manager";
import { GraphRun } from "./graph-run.ts";
import { GuardGraphHandler } from "./langgraph.ts";

interface Config {
  readonly callbacks?: Callbacks | undefined;
}

/** The handler of a source, and what it follows where a node or an edge is called; `undefined` without one. */
function findHandler(source: BreakerSource, config: Config | undefined) {
  const callbacks = config?.callbacks;
  if (callbacks === undefined || Array.isArray(callbacks)) return undefined;
  const handler = callbacks.handlers.find(
    (known): known is GuardGraphHandler =>
      known instanceof GuardGraphHandler && known.source === source,
  );
  return handler && { handler, id: idOf({ callbacks }) };
}

function findRun(source: BreakerSource, config: Config | undefined, state: unknown) {
  const found = findHandler(source, config);
  const run = found?.handler.runAt(found.id);
  if (run !== undefined) found?.handler.restore(run, state);
  return run;
}

/** LangChain's id of the run of a node, as its config tells. */
export function idOf({ callbacks }: Config): string | undefined {
  return Array.isArray(callbacks) ? undefined : callbacks?.getParentRunId();
}

/** Whether a node is part of a graph that a tool runs. */
export function isInTool(source: BreakerSource, config: Config | undefined): boolean {
  const found = findHandler(source, config);
  return found?.handler.isInTool(found.id) === true;
}

/**
 * The run in which a node is called.
 *
 * @throws {OptionsError} when the graph runs without the handler of that source
 */
export function runOf(source: BreakerSource, config: Config | undefined, state: unknown): GraphRun {
  const run = findRun(source, config, state);
  if (run !== undefined) return run;
  throw new OptionsError([
    "callbacks: expected a GuardGraphHandler of the same source, received none; give it by graph.withConfig({ callbacks: [handler] })",
  ]);
}

/**
 * The same where the breaker is all that is needed: one that was handed over is known without a handler.
 *
 * @throws {OptionsError} when the graph runs without a handler on a registry
 */
export function runAtLeast(
  source: BreakerSource,
  config: Config | undefined,
  state: unknown,
): GraphRun {
  const run = findRun(source, config, state);
  if (run !== undefined) return run;
  return isRegistry(source) ? runOf(source, config, state) : new GraphRun(source);
}
