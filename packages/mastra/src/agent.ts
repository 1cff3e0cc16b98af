import type { GuardedModel } from "@guard/ai-sdk/codec";
import { currentScope, read, runsOf, type BreakerSource, type Runs } from "@guard/core/adapter";
import { callMethods, guardCall } from "./call.ts";
import { cannotGuard } from "./check.ts";
import { Guarded } from "./guarded.ts";
import type { GuardableAgent } from "./mastra.ts";
import { guardModel } from "./model.ts";
import { guardOptions } from "./options.ts";
import { tripwireProcessor } from "./processor.ts";
import { replace, replaceResult } from "./replace.ts";
import { guardTool } from "./tools.ts";
import { installWorkflow, type GuardableWorkflow } from "./workflow.ts";

/** An agent, as far as guard reaches into it. */
interface Inside extends GuardableAgent {
  readonly resolveModelConfig: (model: unknown) => Promise<unknown>;
}

/** What all requests, tools and sub-agents of an agent pass. */
const places = [
  "resolveModelConfig",
  "listResolvedInputProcessors",
  "convertTools",
  "listAgents",
] as const;

const agents = new Guarded();

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
  if (!hasPlaces(agent)) {
    const expected = "agent: expected an agent of @mastra/core 1.33 or later";
    throw cannotGuard(expected, agent, "guardAgent(agent, registry)");
  }
  install(agent, runsOf(source, { exits: ["finish", "wind-down", "route", "ask"] }));
  return agent;
}

function install(agent: Inside, runs?: Runs): void {
  const own = agents.add(agent, runs);
  if (own === undefined) return;
  const { id } = agent;
  replaceResult(agent, "resolveModelConfig", (model: GuardedModel) => guardModel(model, id));
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

/** The agents that an agent delegates to: they take part in its runs. */
function takeInAgents(all: Readonly<Record<string, GuardableAgent>>): unknown {
  for (const [key, agent] of Object.entries(all)) {
    currentScope()?.run.handoffs.seeInside(`agent-${key}`, agent.id);
    if (hasPlaces(agent)) install(agent);
  }
  return all;
}

/** The workflows that an agent has for tools: their steps take part in its runs. */
function takeInWorkflows(all: Readonly<Record<string, GuardableWorkflow>>): unknown {
  for (const workflow of Object.values(all)) installWorkflow(workflow);
  return all;
}

function hasPlaces(agent: unknown): agent is Inside {
  return places.every((name) => typeof read(agent, name) === "function");
}
