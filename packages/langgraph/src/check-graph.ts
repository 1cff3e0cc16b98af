import { OptionsError, type BreakerSource } from "@guard/core";
import { checkSource } from "@guard/core/adapter";
import { isCompiled, isObject, type Compiled } from "./compiled.ts";
import { guardOf } from "./replace-nodes.ts";
import { channelKey, isGuardChannel } from "./state.ts";

/**
 * Checks the first two arguments of `guardGraph`.
 *
 * @throws {OptionsError} that says what to write
 */
export function checkGraph(graph: unknown, source: BreakerSource): asserts graph is Compiled {
  const fault = faultOf(graph, source);
  if (fault !== undefined) throw new OptionsError([fault]);
  checkSource(source);
}

function faultOf(graph: unknown, source: unknown): string | undefined {
  if (isCompiled(graph)) {
    if (source === undefined) {
      return "source: expected a registry, received nothing; write guardGraph(graph, createRegistry({ budget: { usd: 5 } }))";
    }
    const guard = guardOf(graph);
    if (guard !== undefined && guard !== source) {
      return "graph: another registry guards this graph already; pass the graph that you compiled";
    }
    if (channelKey in graph.channels && !isGuardChannel(graph.channels[channelKey])) {
      return `graph: guard keeps its record under the key "${channelKey}" of the state; give your own key another name`;
    }
    return undefined;
  }
  if (isCompiled(source)) {
    return "graph: expected a compiled graph, received the second argument of guardGraph; write guardGraph(graph, registry)";
  }
  if (!isObject(graph)) {
    return `graph: expected a compiled graph, received ${graph === null ? "null" : typeof graph}`;
  }
  if (typeof graph["compile"] === "function") {
    return "graph: expected a compiled graph, received a StateGraph; compile it first: guardGraph(builder.compile(), registry)";
  }
  if (graph["lg_is_pregel"] === true) {
    return "graph: expected a graph of this process, received a RemoteGraph; guard it where it runs";
  }
  if (isCompiled(graph["graph"])) {
    return "graph: expected a compiled graph, received an agent of createAgent; use guardAgent of @guard/langchain";
  }
  return "graph: expected a compiled graph, received another object; write guardGraph(builder.compile(), registry)";
}
