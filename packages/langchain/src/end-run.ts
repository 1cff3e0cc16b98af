import type { CircuitOpenError, ModelCall } from "@guard/core";
import { ask, releaseUnmade, settleFailed, stoppedBy } from "./obey.ts";
import type { Run } from "./run-tree.ts";

/** Asks for a model call. Where that is a root run and is refused, LangChain tells of no end. */
export async function askModel(run: Run, call: ModelCall): Promise<void> {
  try {
    await ask(run, [call], { answer: run.id });
  } catch (error) {
    await end(run);
    throw error;
  }
}

/** Ends a root run. A trip that was swallowed on its way is thrown once more, where nobody can. */
export async function endRoot(run: Run): Promise<void> {
  const error = await end(run);
  if (error !== undefined) throw error;
}

/** Ends a root run, and says which error had stopped it. */
export async function end(run: Run): Promise<CircuitOpenError | undefined> {
  if (run.parent !== undefined) return undefined;
  await settleFailed(run);
  await releaseUnmade(run);
  const stop = stoppedBy(run);
  run.root.ended = true;
  run.root.end();
  return run.root.answered ? undefined : stop;
}
