import type { GuardedModel } from "@guard/ai-sdk/codec";
import {
  currentScope,
  hasMethods,
  runsOf,
  type BreakerSource,
  type Runs,
} from "@guard/core/adapter";
import { callMethods, guardCall } from "./call.ts";
import { checkGuardable } from "./check-guardable.ts";
import { Guarded } from "./guarded.ts";
import type { GuardableAgent } from "./mastra.ts";
import { guardModel } from "./model.ts";
import { guardOptions } from "./options.ts";
import { tripwireProcessor } from "./processor.ts";
import { replace, replaceResult } from "./replace.ts";
import { guardTool } from "./tools.ts";
import { installWorkflow, type GuardableWorkflow } from "./workflow.ts";

/** The method of an agent that guard calls itself. */
interface Inside extends GuardableAgent {
  readonly resolveModelConfig: (model: unknown) => Promise<unknown>;
}

/** The methods that return an agent's models, processors, tools and sub-agents. */
const places = [
  "resolveModelConfig",
  "listResolvedInputProcessors",
  "convertTools",
  "listAgents",
] as const;

const agents = new Guarded();

/**
 * Guards a Mastra agent in place: its models (fallback models too), its tools and its sub-agents.
 *
 * Each call of `generate`, `stream` or `network` is one run with its own budget. Work of other agents inside the call
 * belongs to that run. By default a stopped run rejects with a `CircuitOpenError`, and its streams throw it. With
 * `onTrip: "route"` the run ends in Mastra's tripwire instead: see {@link throwIfTripped}.
 *
 * A copy of an agent is guarded only if Mastra makes it for a stored version. Guard other copies yourself.
 *
 * @param agent an agent of `@mastra/core` 1.33 or later
 * @param source a registry: each run gets its own breaker. Or a breaker that all runs share, or a function that returns one
 * @returns the same agent, with the same type
 * @throws {OptionsError} if `agent` is not such an agent, if `source` is not one of these, or if another source guards
 * the agent already
 *
 * @example
 * const registry = createRegistry({ budget: { modelCalls: 40 } });
 * const agent = guardAgent(new Agent({ id, name, instructions, model }), registry);
 * const { text } = await agent.generate("Find the port.");
 */
export function guardAgent<A extends GuardableAgent>(agent: A, source: BreakerSource): A;
export function guardAgent(agent: GuardableAgent, source: BreakerSource, options?: unknown) {
  const parameter = {
    path: "agent",
    expected: "an agent of @mastra/core 1.33 or later",
    fits: hasPlaces,
  };
  checkGuardable(agent, parameter, "guardAgent(agent, registry)", options);
  install(agent as Inside, runsOf(source, { exits: ["finish", "wind-down", "route", "ask"] }));
  return agent;
}

function install(agent: Inside, runs?: Runs): void {
  const own = agents.add(agent, runs);
  if (own === undefined) return;
  const { id } = agent;
  replaceResult(agent, "resolveModelConfig", (model: GuardedModel, given) =>
    guardModel(model, id, given),
  );
  replaceResult(agent, "listResolvedInputProcessors", (processors: readonly unknown[]) => [
    ...processors,
    tripwireProcessor,
  ]);
  replaceResult(agent, "convertTools", (tools: Readonly<Record<string, object>>) =>
    Object.fromEntries(
      Object.entries(tools).map(([name, tool]) => [name, guardTool(name, tool, id)]),
    ),
  );
  replaceResult(agent, "listAgents", takeInAgents);
  replaceResult(agent, "listWorkflows", takeInWorkflows);
  const resolve = async (model: unknown) => agent.resolveModelConfig(model);
  const guarded = (options: unknown) => guardOptions(options, resolve);
  replaceResult(agent, "getDefaultOptions", guarded);
  const caller = { id, runs: () => own.runs, guardOptions: guarded };
  for (const name of callMethods) replace(agent, name, (call) => guardCall(name, call, caller));
  // Mastra's editor makes a copy for each stored version of the agent.
  replaceResult(agent, "__fork", (copy: Inside) => {
    install(copy, own.runs);
    return copy;
  });
}

/** Sub-agents take part in the runs of their agent. */
function takeInAgents(all: Readonly<Record<string, GuardableAgent>>): unknown {
  for (const [key, agent] of Object.entries(all)) {
    currentScope()?.run.handoffs.seeInside(`agent-${key}`, agent.id);
    if (hasPlaces(agent)) install(agent);
  }
  return all;
}

/** The steps of workflows that an agent calls as tools take part in its runs. */
function takeInWorkflows(all: Readonly<Record<string, GuardableWorkflow>>): unknown {
  for (const workflow of Object.values(all)) installWorkflow(workflow);
  return all;
}

function hasPlaces(agent: unknown): agent is Inside {
  return hasMethods(agent, ...places);
}
