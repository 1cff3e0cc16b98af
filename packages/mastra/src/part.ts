import { OptionsError, type CircuitOpenError } from "@guard/core";
import { attachStop, currentScope, type GuardedRun, type Runs } from "@guard/core/adapter";
import { Suspended } from "./suspended.ts";

/** What a call of an agent, or a run of a workflow, is: a root run, or part of the run in which it is made. */
export interface Part {
  readonly run: GuardedRun;
  readonly within: <T>(body: () => T) => T;
  /** It has ended, with a result unless it has failed. Returns what its caller must hear. */
  readonly end: (result?: object) => Promise<CircuitOpenError | undefined>;
  /** It has failed: throws the error, in which a stop is found. */
  readonly fail: (error: unknown) => Promise<never>;
}

type End = Part["end"];

const withoutContext =
  "ports.context: expected an async context, by which guard finds the run of a model or a tool in Mastra: where the " +
  "platform has no AsyncLocalStorage, nothing would be guarded";

/** Whether what begins here belongs to a run that is under way: `runs` are its own, where it has some. */
export function isInside(runs: Runs | undefined): boolean {
  const scope = currentScope();
  return scope !== undefined && (runs === undefined || scope.run.owner === runs);
}

/** A root run. With the id of one that waits for a human it goes on from that, as the human's answer says. */
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

/** An agent that is called inside a run: in a tool, mostly, which hands work over then. */
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
    // Last words may be what has failed: they are no structured output.
    const stop = (await end()) ?? run.stop;
    if (stop !== undefined) attachStop(error, stop);
    throw error;
  };
}
