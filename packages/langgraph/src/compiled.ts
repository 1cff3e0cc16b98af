import type { Runnable, RunnableConfig } from "@langchain/core/runnables";
import type { BaseChannel } from "@langchain/langgraph";

/** A node of a compiled graph, as far as guard looks at it. */
export interface CompiledNode {
  readonly bound: unknown;
  /** The channels whose values make the node run; the first is its own. */
  readonly triggers: readonly string[];
  readonly errorHandlerNode?: string | undefined;
  readonly isErrorHandler?: boolean | undefined;
  /** What writes the node's update, and then what follows its edges. */
  writers: readonly Runnable[];
  /** What runs: the node, then what writes its update and follows its edges. */
  getNode(): Runnable | undefined;
}

/** What was written to build a graph. */
export interface Builder {
  readonly nodes: Readonly<Record<string, { readonly runnable: unknown }>>;
  readonly branches: Readonly<Record<string, Readonly<Record<string, { readonly path: unknown }>>>>;
}

/** A compiled graph, as far as guard looks at it. */
export interface Compiled {
  nodes: Readonly<Record<string, CompiledNode>>;
  channels: Readonly<Record<string, BaseChannel>>;
  triggerToNodes: Record<string, string[]>;
  readonly checkpointer?: unknown;
  /** Only graphs that a `StateGraph` was compiled to have it. */
  readonly builder?: Builder | undefined;
  /** A new graph of the same class. */
  withConfig(config: RunnableConfig): Compiled;
  attachNode(name: string, spec: object): void;
  validate(): unknown;
}

export function isCompiled(value: unknown): value is Compiled {
  return isObject(value) && value["lg_is_pregel"] === true && isObject(value["nodes"]);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** The channel that makes a node run. */
export function triggerOf({ nodes }: Compiled, name: string): string | undefined {
  return nodes[name]?.triggers[0];
}
