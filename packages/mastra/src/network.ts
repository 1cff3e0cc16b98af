import { currentScope, read, runTool } from "@guard/core/adapter";

/** The agents that route networks, by the scope in which the network runs. */
const routers = new WeakMap<object, string>();

/** Marks this scope as a network that the agent routes. A router calls no tools. */
export function routeBy(agentId: string): void {
  const scope = currentScope();
  if (scope !== undefined) routers.set(scope, agentId);
}

/** The agent that routes the network around this code. `undefined` inside the agents that the router calls. */
export function routerNow(): string | undefined {
  const scope = currentScope();
  return scope && routers.get(scope);
}

/** Counts a call of an agent by a network as a delegation. The router's answer is a text, so only the call itself shows it. */
export function delegated<T>(routerId: string, agentId: string, task: unknown, body: () => T): T {
  const { run } = currentScope()!;
  const tool = `agent-${agentId}`;
  run.handoffs.seeInside(tool, agentId);
  const call = { kind: "tool", tool, args: latestOf(task) } as const;
  // A router starts a new conversation each round. All its delegations belong to one lane.
  const router = run.agent(routerId, "network");
  return runTool(router, call, body, { canRefuse: false });
}

/** A network gives an agent the whole thread, with ids and times. The last message holds the task. */
function latestOf(input: unknown): unknown {
  const latest: unknown = Array.isArray(input) ? input.at(-1) : input;
  return read(latest, "content") ?? latest;
}
