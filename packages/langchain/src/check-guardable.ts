import type { BreakerSource } from "@guard/core";
import { checkArgument, checkSource, hasMethods, read, sourceSecond } from "@guard/core/adapter";
import type { Kind } from "@guard/core/adapter";

/** Runnables that are no agents. */
const others = [
  ["a graph that is not compiled", (value) => hasMethods(value, "compile")],
  ["a compiled graph", (value) => read(value, "lg_is_pregel") === true],
  ["a model", (value) => hasMethods(value, "_modelType")],
] as const satisfies readonly Kind[];

const oneLine = "guardAgent(createAgent({ … }), registry)";

/**
 * Refuses what `guardAgent` can't guard, and says what to write instead.
 *
 * @throws {OptionsError}
 */
export function checkGuardable(agent: unknown, source: BreakerSource): void {
  checkArgument(agent, {
    path: "agent",
    expected: "an agent",
    fits: (value) => hasMethods(value, "withConfig") && !others.some(([, is]) => is(value)),
    kinds: [...others, ["the options of an agent", (value) => read(value, "model") !== undefined]],
    instead: {
      ...sourceSecond("guardAgent(agent, registry)"),
      "a graph that is not compiled":
        "Write guardGraph(graph.compile(), registry), from @guard/langgraph.",
      "a compiled graph": "Write guardGraph(graph, registry), from @guard/langgraph.",
      "a model": `Guard the agent that calls the model: write ${oneLine}.`,
    },
    write: `Write ${oneLine}.`,
  });
  checkSource(source);
}
