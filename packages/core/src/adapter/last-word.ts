import type { CircuitOpenError } from "../vocabulary/errors.ts";
import type { Run } from "./run.ts";

/** What a stopped run ends with. */
export interface LastWord {
  readonly text: string;
  readonly code: CircuitOpenError["code"];
}

/**
 * What a stopped run ends with, for adapters that wrap models: guard's own words or, where its `onTrip` is
 * `"wind-down"`, what `ask` gives from the one granted call. `undefined` where the error does not stop the run, or
 * where the run is to end with it. An agent inside a tool leaves the granted call to the agent that called the tool.
 */
export async function lastWord<Said extends object>(
  run: Run,
  error: Error,
  ask: (stop: CircuitOpenError) => Promise<Said>,
  signal?: AbortSignal,
): Promise<(LastWord & Partial<Said>) | undefined> {
  const { onTrip } = run.breaker;
  if (onTrip === "throw" || !run.latch.isStop(error)) return undefined;
  run.latch.answered = true;
  const own = { text: error.message, code: error.code };
  if (onTrip === "finish" || run.isToolUnderWay) return own as LastWord & Partial<Said>;
  return { ...own, ...(await run.lastAnswer(() => ask(error), signal)) } as LastWord &
    Partial<Said>;
}
