import { OptionsError, type OnTrip } from "@guard/core";
import type { Runs } from "@guard/core/adapter";

/**
 * Refuses an `onTrip` that the parts of guard around a run can't answer with.
 *
 * @throws {OptionsError} that says what to write instead
 */
export function checkOnTrip({ onTrip, exits }: Pick<Runs, "onTrip" | "exits">): void {
  if (onTrip === undefined || exits.has(onTrip)) return;
  throw new OptionsError([`onTrip: ${adviceOn(onTrip)}`]);
}

function adviceOn(onTrip: OnTrip): string {
  if (onTrip === "route") {
    return '"route" needs a graph. Write guardGraph(graph, registry), from @guard/langgraph.';
  }
  return (
    `"${onTrip}" needs an agent of createAgent. Write guardAgent(createAgent({ … }), registry). ` +
    'A GuardCallbackHandler alone, and an AgentExecutor, can only "throw".'
  );
}
