import { Run } from "./run.ts";
import { scopeNow } from "./scope.ts";

/** An agent asks a model inside a tool of another agent: from then on guard knows that this tool hands work to it. */
export function learnHandoff({ name, run }: { readonly name: string; readonly run: Run }): void {
  const { run: caller, tool } = scopeNow() ?? {};
  if (tool === undefined || tool.agent === name || !(caller instanceof Run)) return;
  if (caller.breaker === run.breaker) caller.handoffs.seeInside(tool.name, name);
}
