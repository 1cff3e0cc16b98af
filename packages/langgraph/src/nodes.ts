import { OptionsError, type BreakerSource } from "@guard/core";
import { checkSource, received } from "@guard/core/adapter";
import type { LangGraphRunnableConfig } from "@langchain/langgraph";
import type { ToolNode, ToolNodeOptions } from "@langchain/langgraph/prebuilt";
import { runOf } from "./find-run.ts";
import { GuardedToolNode } from "./guarded-tool-node.ts";
import { withRecord } from "./to-answer.ts";

/**
 * Wraps a node's function, so that the state's key `guard` holds guard's record after the node. Wrap the nodes that
 * call models. A graph of `guardGraph` does this by itself.
 *
 * In `addNode` the function needs no types: TypeScript 5.9 and newer takes them from the graph.
 *
 * @throws {OptionsError} for an invalid source, and for a node that is not a function
 *
 * @example
 * builder.addNode("agent", guardNode(registry, async ({ messages }) => ({
 *   messages: [await model.invoke(messages)],
 * })));
 */
export function guardNode<Node>(source: BreakerSource, node: Node): Node {
  checkSource(source);
  if (typeof node !== "function") {
    throw new OptionsError([
      `node: expected a function, received ${received(node)}. Write guardNode(registry, node).`,
    ]);
  }
  const guarded = async (state: unknown, config: LangGraphRunnableConfig): Promise<unknown> => {
    const { guarded: run } = runOf(source, config, state).root;
    const { stop } = run;
    // The node's model call would be refused: LangChain would print that.
    if (stop !== undefined) throw stop;
    const update: unknown = await node(state, config);
    return withRecord(update, run.record());
  };
  return guarded as Node;
}

/**
 * LangGraph's `ToolNode`, guarded: a refused call does not run, and the model reads why in its tool message. A warning
 * is added to the call's own result. A stop is thrown and never turned into a message. `guardGraph` replaces
 * each `ToolNode` by such a node.
 *
 * @throws {OptionsError} for an invalid source, and for tools that are not a list
 *
 * @example
 * builder.addNode("tools", guardToolNode(registry, [search]));
 */
export function guardToolNode(
  source: BreakerSource,
  tools: ToolNode["tools"],
  options?: ToolNodeOptions,
): ToolNode {
  checkSource(source);
  if (!Array.isArray(tools)) {
    throw new OptionsError([
      `tools: expected a list of tools, received ${received(tools)}. Write guardToolNode(registry, [search]).`,
    ]);
  }
  return new GuardedToolNode(source, tools, options, true);
}
