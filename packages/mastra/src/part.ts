import { OptionsError, type CircuitOpenError } from "@guard/core";
import { attachStop, currentScope, type GuardedRun, type Runs } from "@guard/core/adapter";
import { Suspended } from "./suspended.ts";

/** A call of an agent or a run of a workflow, as guard sees it: a root run, or part of the run around it. */
export interface Part {
  readonly run: GuardedRun;
  readonly within: <T>(body: () => T) => T;
  /** Ends it, with its result if it has one. Returns the stop that its caller must hear of. */
  readonly end: (result?: object) => Promise<CircuitOpenError | undefined>;
  /** Ends it after a failure: throws the error, with the stop attached. */
  readonly fail: (error: unknown) => Promise<never>;
}

type End = Part["end"];

const withoutContext =
  "ports.context: expected an async context, received none. This platform has no AsyncLocalStorage, so guard can't find " +
  "the run of a model or a tool in Mastra. Pass an async context: createRegistry({ ports: { context } })";

/** Whether a call here is part of a run in flight. Calls with runs of another source start a run of their own. */
export function isInside(runs: Runs | undefined): boolean {
  const scope = currentScope();
  return scope !== undefined && (runs === undefined || scope.run.owner === runs);
}

/** A root run. With the id of a suspended run, it goes on from there, as the human has answered. */
export function rootOf(runs: Runs, id: unknown, answer: unknown): Part {
  const run = runs.run(crypto.randomUUID());
  const suspended = runs.own(Suspended);
  suspended.resume(run, id, answer);
  if (run.within(currentScope) === undefined) throw new OptionsError([withoutContext]);
  const end: End = async (result) => {
    if (result !== undefined) suspended.note(run, result, id);
    return run.end(result === undefined);
  };
  return { run, within: (body) => run.within(body), end, fail: failing(run, end) };
}

/** An agent that is called inside a run, mostly by a tool. */
export function instanceOf(): Part | undefined {
  const scope = currentScope();
  if (scope === undefined) return undefined;
  const { run } = scope;
  const instance = run.newKey();
  const end: End = async () => {
    run.endInstance(instance);
    return run.breaker.onTrip === "throw" ? run.stop : undefined;
  };
  return { run, within: (body) => run.within(body, instance), end, fail: failing(run, end) };
}

function failing(run: GuardedRun, end: End): Part["fail"] {
  return async (error) => {
    // The failure may come from the last text, which is no structured output.
    const stop = (await end()) ?? run.stop;
    if (stop !== undefined) attachStop(error, stop);
    throw error;
  };
}
