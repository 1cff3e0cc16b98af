import { CircuitOpenError, type ModelCall } from "@guard/core";
import type { Shown } from "@guard/core/adapter";
import type { RunTree } from "./run-tree.ts";
import type { Run } from "./run.ts";
import { toStop } from "./to-answer.ts";

/** Asks guard for a model call. If guard refuses a model that is a root run, LangChain reports no end of that run. */
export async function askModel(
  runs: RunTree,
  run: Run,
  call: ModelCall,
  shown?: Shown,
): Promise<void> {
  const { agent, id, root } = run;
  root.resume = undefined;
  const refused = await agent.request(call, shown, id).then(
    ({ refused: error }) => error,
    (error: Error) => error, // the failure circuit of the provider refuses the call
  );
  if (refused === undefined) return;
  runs.end(run);
  if (run.parent === undefined) await root.guarded.end();
  throw CircuitOpenError.isInstance(refused) ? toStop(refused) : refused;
}
