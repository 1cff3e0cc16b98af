import type { BreakerSource } from "@guard/core";
import { START } from "@langchain/langgraph";
import type { ToolNode } from "@langchain/langgraph/prebuilt";
import { isCompiled, isObject, triggerOf, type Compiled, type CompiledNode } from "./compiled.ts";
import { GuardedStep } from "./guarded-step.ts";
import { GuardedToolNode } from "./guarded-tool-node.ts";
import { GuardedWrite } from "./guarded-write.ts";
import { routeFrom } from "./own-error-node.ts";
import { hiddenKey } from "./state.ts";

const sources = new WeakMap<CompiledNode, BreakerSource>();

/** The registry or breaker that guards a graph; `undefined` where none does. */
export function guardOf({ nodes }: Compiled): BreakerSource | undefined {
  for (const node of Object.values(nodes)) {
    const source = sources.get(node);
    if (source !== undefined) return source;
  }
  return undefined;
}

interface GraphOptions {
  readonly source: BreakerSource;
  /** The channel that keeps guard's record. */
  readonly channel: string;
  /** The node to which a stop leads. Default: a stop ends the run with an error. */
  readonly errorNode: string | undefined;
}

/** Copies the nodes of a graph, with guarded tool nodes, and with guard's part in each step. */
export function replaceNodes(
  graph: Compiled,
  { source, channel, errorNode }: GraphOptions,
): Compiled["nodes"] {
  const { builder } = graph;
  return mapValues(graph.nodes, (node, name) => {
    if (name === START) return node;
    const copy = withBound(node, guardedTools(node.bound, source));
    const next = (builder && routeFrom(name, builder)) ?? errorNode;
    // Error handlers of the graph come first. The error node does not lead to itself.
    const isCaught = !node.errorHandlerNode && !node.isErrorHandler && name !== next;
    const onStop = isCaught && next !== undefined ? triggerOf(graph, next) : undefined;
    const [update, ...edges] = node.writers;
    if (onStop !== undefined) {
      copy.writers = [update!, ...edges.map((edge) => new GuardedWrite(edge, source, "skip"))];
    } else if (isCaught && next === undefined && channel === hiddenKey) {
      // Without the update, the thread holds no tool calls that nothing will answer. A state that shows the record may
      // have edges of its own that read it.
      copy.writers = [new GuardedWrite(update!, source, "throw"), ...edges];
    }
    const options = { source, channel, onStop };
    const getStep = copy.getNode.bind(copy);
    copy.getNode = () => {
      const step = getStep();
      return step && new GuardedStep(step, options);
    };
    sources.set(copy, source);
    return copy;
  });
}

/** The same runnable with guarded tool nodes; the same object where it holds no tool node. */
function guardedTools(bound: unknown, source: BreakerSource): unknown {
  if (isToolNode(bound)) {
    const { tools, name, handleToolErrors, config } = bound;
    const options = { name, handleToolErrors, tags: config?.tags };
    return new GuardedToolNode(source, tools, options as never, false);
  }
  if (!isCompiled(bound)) return bound;
  const nodes = mapValues(bound.nodes, (node) => {
    const inner = guardedTools(node.bound, source);
    return inner === node.bound ? node : withBound(node, inner);
  });
  const isSame = Object.entries(nodes).every(([name, node]) => node === bound.nodes[name]);
  return isSame ? bound : Object.assign(bound.withConfig({}), { nodes });
}

/**
 * Whether a runnable is LangGraph's own tool node, from its ESM or its CommonJS build. Guard leaves alone a class that
 * extends it, and the tool node of `createAgent`, which asks middleware.
 */
function isToolNode(bound: unknown): bound is ToolNode {
  if (!isObject(bound) || typeof bound["runTool"] !== "function") return false;
  const base: unknown = Object.getPrototypeOf(Object.getPrototypeOf(bound));
  return !("wrapToolCall" in bound) && isObject(base) && !("runTool" in base);
}

function withBound(node: CompiledNode, bound: unknown): CompiledNode {
  return Object.assign(Object.create(Object.getPrototypeOf(node)) as CompiledNode, node, { bound });
}

function mapValues<T>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => T,
): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
