import { OptionsError, type BreakerSource } from "@guard/core";
import { checkArgument, checkSource, hasMethods, read, sourceSecond } from "@guard/core/adapter";
import { isCompiled, type Compiled } from "./compiled.ts";
import { guardOf } from "./replace-nodes.ts";
import { channelKey, isGuardChannel } from "./state.ts";

const call = "guardGraph(graph, registry)";

/**
 * Checks the first two arguments of `guardGraph`.
 *
 * @throws {OptionsError} that says what to write
 */
export function checkGraph(graph: unknown, source: BreakerSource): asserts graph is Compiled {
  checkArgument(graph, {
    path: "graph",
    expected: "a compiled graph",
    fits: isCompiled,
    kinds: [
      ["a StateGraph", (value) => hasMethods(value, "compile")],
      ["a RemoteGraph", (value) => read(value, "lg_is_pregel") === true],
      ["an agent of createAgent", (value) => isCompiled(read(value, "graph"))],
    ],
    instead: {
      ...sourceSecond(call),
      "a StateGraph": "Compile it first: write guardGraph(builder.compile(), registry).",
      "a RemoteGraph": "It runs in another process: guard it there.",
      "an agent of createAgent": "Write guardAgent(agent, registry), from @guard/langchain.",
    },
    write: "Write guardGraph(builder.compile(), registry).",
  });
  checkSource(source);
  const compiled = graph as Compiled;
  const guard = guardOf(compiled);
  if (guard !== undefined && guard !== source) {
    throw new OptionsError([
      "graph: another registry guards this graph already; pass the graph that you compiled",
    ]);
  }
  if (channelKey in compiled.channels && !isGuardChannel(compiled.channels[channelKey])) {
    throw new OptionsError([
      `graph: guard keeps its record under the key "${channelKey}" of the state; give your own key another name`,
    ]);
  }
}
