import { currentScope, read, runTool } from "@guard/core/adapter";

/** The agents that route networks, by the scopes in which these run. */
const routers = new WeakMap<object, string>();

/** What runs in this scope is a network: the agent routes, and calls no tools. */
export function routeBy(agentId: string): void {
  const scope = currentScope();
  if (scope !== undefined) routers.set(scope, agentId);
}

/** The agent that routes the network in which this runs; `undefined` inside the agents that it calls. */
export function routerNow(): string | undefined {
  const scope = currentScope();
  return scope && routers.get(scope);
}

/** A network calls an agent. It asks for that in words of its own, so it shows only here that this is a delegation. */
export function delegated<T>(routerId: string, agentId: string, task: unknown, body: () => T): T {
  const { run } = currentScope()!;
  const tool = `agent-${agentId}`;
  run.handoffs.seeInside(tool, agentId);
  const call = { kind: "tool", tool, args: latestOf(task) } as const;
  // A router begins anew at each round, as if its user had spoken. What it asks of agents is one line of work.
  const router = run.agent(routerId, "network");
  return runTool(router, call, body, { canRefuse: false });
}

/** A network gives an agent the whole thread, with ids and times. What the agent is to do now stands in the last message. */
function latestOf(input: unknown): unknown {
  const latest: unknown = Array.isArray(input) ? input.at(-1) : input;
  return read(latest, "content") ?? latest;
}
