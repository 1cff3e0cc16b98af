import { findCircuitOpen, type BreakerSource } from "@guard/core";
import { checkSource } from "@guard/core/adapter";
import { Command, type LangGraphRunnableConfig, type NodeError } from "@langchain/langgraph";
import { checkName } from "./edges.ts";
import { guardedIn } from "./find-run.ts";

/**
 * What `addNode` and `setNodeDefaults` take as `errorHandler`. The type leaves out the update of the key `guard`, so it also
 * fits states without that key.
 */
export type NodeErrorRoute<ErrorNode extends string> = (
  state: unknown,
  failed: NodeError,
  config?: LangGraphRunnableConfig,
) => Command<unknown, Record<string, never>, ErrorNode>;

/**
 * Makes an error handler for the nodes of a graph: a stop goes to the node `error`, every other error ends the run and is
 * the `cause` of the thrown error. `guardGraph` does this by itself.
 *
 * If another error ended a run, LangGraph runs this handler again when you resume the thread, and not the node that failed.
 * With `guardGraph` the node runs again.
 *
 * @throws {OptionsError} for an invalid source, and for an invalid name of a node
 *
 * @example
 * builder.setNodeDefaults({ errorHandler: onNodeError(registry, { error: "stopped" }) });
 */
export function onNodeError<ErrorNode extends string>(
  source: BreakerSource,
  { error }: { readonly error: ErrorNode },
): NodeErrorRoute<ErrorNode> {
  checkSource(source);
  checkName("error", error);
  return (state, failed, config) => {
    if (findCircuitOpen(failed.error) === undefined) {
      // LangGraph takes the same error, thrown once more, as handled.
      throw new Error(`${failed.node}: ${failed.error.message}`, { cause: failed.error });
    }
    const run = guardedIn(source, config, state);
    run.latch.answered = true;
    return new Command<unknown, Record<string, never>, ErrorNode>({
      goto: error,
      update: [["guard", run.record()]],
    });
  };
}
