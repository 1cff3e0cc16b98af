import { attachStop } from "../vocabulary/attach-stop.ts";
import type { Run } from "./run.ts";

/**
 * Ends a run with what its framework makes of it, for frameworks whose runs are function calls. Rejects with the
 * framework's error, in which the stop is found, and with a stop that was swallowed on its way.
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
