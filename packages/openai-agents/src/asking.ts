import { currentScope, type Agent, type GuardedRun, type Scope } from "@guard/core/adapter";

/** The objects that guard has guarded. It guards none of them twice. */
export const guarded: WeakSet<object> = new WeakSet();

/** The names of agents behind tools, where guardAgent has told them. */
export const behind: WeakMap<object, string> = new WeakMap();

/** The agent that works in a run, or inside a tool of the run. A hand-off changes it. */
export const atWork: WeakMap<Scope<GuardedRun>, string> = new WeakMap();

/** Scopes in which the SDK runs an agent. A run that begins there belongs to the run around it. */
export const ownScopes: WeakSet<Scope<GuardedRun>> = new WeakSet();

/** The agent that asks, and whether it talks to the user. `undefined` outside of guarded runs. */
export function asking(): { run: GuardedRun; agent: Agent; isUsers: boolean } | undefined {
  const scope = currentScope();
  if (scope === undefined) return undefined;
  const { run, instance } = scope;
  return { run, agent: run.agent(atWork.get(scope), instance), isUsers: !instance };
}
