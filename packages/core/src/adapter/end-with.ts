import { attachStop } from "../vocabulary/attach-stop.ts";
import type { Run } from "./run.ts";

/**
 * Ends a run together with its framework's promise, for frameworks whose runs are function calls. Rejects with the
 * framework's error, and `findCircuitOpen` finds the stop in it. Rejects with the stop if the framework has swallowed
 * it.
 */
export async function endWith<Result>(run: Run, made: Promise<Result>): Promise<Result> {
  let result: Result;
  try {
    result = await made;
  } catch (error) {
    const stop = await run.end(true);
    if (stop !== undefined) attachStop(error, stop);
    throw error;
  }
  const swallowed = await run.end();
  if (swallowed !== undefined) throw swallowed;
  return result;
}
