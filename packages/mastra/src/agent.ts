import { OptionsError } from "@guard/core";
import { currentScope, runsOf, type BreakerSource, type Runs } from "@guard/core/adapter";
import { callMethods, guardCall } from "./call.ts";
import { Guarded } from "./guarded.ts";
import type { CallOptions, GuardableAgent, MastraModel, MaybePromise, Places } from "./mastra.ts";
import { guardModel } from "./model.ts";
import { tripwireProcessor } from "./processor.ts";
import { replace } from "./replace.ts";
import { guardTool } from "./tools.ts";

type Inside = GuardableAgent & Places;

const places = [
  "resolveModelConfig",
  "listResolvedInputProcessors",
  "convertTools",
  "listAgents",
] as const;

const guarded = new Guarded();

/**
 * Guards an agent of Mastra in place, with its models (fallbacks and that of structured output too), its tools, and the
 * agents that it delegates to. Each call of the agent is a run of guard's; what agents inside it do belongs to that run.
 *
 * By default a stopped run rejects with a `CircuitOpenError`, and its streams end in it. With `onTrip: "route"` it ends
 * in Mastra's tripwire: see `throwIfTripped`.
 *
 * @throws {OptionsError} for what is no source of breakers, and for an agent of a Mastra that guard doesn't know
 *
 * @example
 * const agent = guardAgent(new Agent({ … }), createRegistry({ budget: { modelCalls: 40 } }));
 * const { text } = await agent.generate("Find the port.");
 */
export function guardAgent<A extends GuardableAgent>(agent: A, source: BreakerSource): A {
  const runs = runsOf(source, { exits: ["finish", "wind-down", "route", "ask"] });
  if (!hasPlaces(agent)) {
    throw new OptionsError([`agent: expected an agent of @mastra/core 1.33 or later`]);
  }
  install(agent, runs);
  return agent;
}

function install(agent: Inside, runs?: Runs): void {
  const own = guarded.add(agent, runs);
  if (own === undefined) return;
  const { id } = agent;
  replace(agent, "resolveModelConfig", (resolve) => async (...args) => {
    const model = (await resolve(...args)) as MastraModel;
    return guardModel(model, id);
  });
  replace(agent, "listResolvedInputProcessors", (list) => async (...args) => [
    ...((await list(...args)) as readonly unknown[]),
    tripwireProcessor,
  ]);
  replace(agent, "convertTools", (convert) => async (...args) => {
    const tools = (await convert(...args)) as Readonly<Record<string, object>>;
    return Object.fromEntries(
      Object.entries(tools).map(([name, tool]) => [name, guardTool(name, tool, id)]),
    );
  });
  replace(agent, "listAgents", (list) => (...args) => {
    const agents = list(...args) as MaybePromise<Readonly<Record<string, GuardableAgent>>>;
    return agents instanceof Promise ? agents.then(guardAll) : guardAll(agents);
  });
  const guardOptions = (options: unknown) => withGuardedModel(options, agent);
  replace(agent, "getDefaultOptions", (get) => (...args) => {
    const options = get(...args);
    return options instanceof Promise ? options.then(guardOptions) : guardOptions(options);
  });
  const caller = { id, runs: () => own.runs, guardOptions };
  for (const name of callMethods) replace(agent, name, (call) => guardCall(name, call, caller));
}

/** The agents that an agent delegates to: they take part in its runs. */
function guardAll<T extends Readonly<Record<string, GuardableAgent>>>(agents: T): T {
  for (const [key, agent] of Object.entries(agents)) {
    currentScope()?.run.handoffs.seeInside(`agent-${key}`, agent.id);
    if (hasPlaces(agent)) install(agent);
  }
  return agents;
}

/** The options, with the model that makes structured output guarded: Mastra asks it behind the agent's back. */
function withGuardedModel(options: unknown, agent: Inside): unknown {
  const { structuredOutput, ...others } = (options ?? {}) as CallOptions;
  const model = structuredOutput?.model;
  if (model === undefined) return options;
  const guardedModel = agent.resolveModelConfig(model);
  return guardedModel.then((own) => ({
    ...others,
    structuredOutput: { ...structuredOutput, model: own },
  }));
}

function hasPlaces(agent: object): agent is Inside {
  return places.every((name) => typeof Reflect.get(agent, name) === "function");
}
