import { currentScope, type Agent, type GuardedRun, type Scope } from "@guard/core/adapter";

/** Guarded objects: guard leaves them as they are, so that it never counts them twice. */
export const guarded: WeakSet<object> = new WeakSet();

/** The guarded agents behind tools, by name. */
export const behind: WeakMap<object, string> = new WeakMap();

/** The guarded agent that is at work in a run, or inside a tool of it: a hand-off changes it. */
export const atWork: WeakMap<Scope<GuardedRun>, string> = new WeakMap();

/** Where the SDK runs an agent of a guarded run, or the agent behind a tool: what a runner runs there belongs to that run. */
export const ownScopes: WeakSet<Scope<GuardedRun>> = new WeakSet();

/** Who asks, and whether it talks to the user; `undefined` outside of a guarded runner's runs. */
export function asking(): { run: GuardedRun; agent: Agent; isUsers: boolean } | undefined {
  const scope = currentScope();
  if (scope === undefined) return undefined;
  const { run, instance } = scope;
  return { run, agent: run.agent(atWork.get(scope), instance), isUsers: !instance };
}
