import { OptionsError, type BreakerSource } from "@guard/core";
import { checkSource, read } from "@guard/core/adapter";

const oneLine = "guardAgent(createAgent({ … }), registry)";

/**
 * Refuses what `guardAgent` can't guard, and says what to write instead.
 *
 * @throws {OptionsError}
 */
export function checkGuardable(agent: unknown, source: BreakerSource): void {
  const mistake = mistakeIn(agent);
  if (mistake !== undefined)
    throw new OptionsError([`agent: expected an agent, received ${mistake}`]);
  if (source === undefined) {
    throw new OptionsError([
      `registry: expected a registry, received undefined. Write: guardAgent(agent, createRegistry())`,
    ]);
  }
  checkSource(source);
}

/** What was passed in place of an agent, and what to write instead; `undefined` for what can be guarded. */
function mistakeIn(agent: unknown): string | undefined {
  if (isFunction(agent, "then")) return "a promise. Write: guardAgent(await …, registry)";
  if (isFunction(agent, "breaker")) return `a registry. Write: ${oneLine}`;
  if (isFunction(agent, "compile")) {
    return "a graph that is not compiled. Write: guardGraph(graph.compile(), registry), from @guard/langgraph";
  }
  if (read(agent, "lg_is_pregel") === true) {
    return "a compiled graph. Write: guardGraph(graph, registry), from @guard/langgraph";
  }
  if (isFunction(agent, "_modelType"))
    return `a model. Guard the agent that calls the model: ${oneLine}`;
  if (isFunction(agent, "withConfig")) return undefined;
  const what = read(agent, "model") === undefined ? nameOf(agent) : "the options of an agent";
  return `${what}. Write: ${oneLine}`;
}

function isFunction(value: unknown, key: string): boolean {
  return typeof read(value, key) === "function";
}

function nameOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object"
    ? "an object"
    : `a ${typeof value}`.replace("a undefined", "undefined");
}
