import { insideOf } from "../breaker/breaker.ts";
import { estimateCall } from "../budget/call-estimate.ts";
import { grantFor } from "../machine/override.ts";
import { limitHitIn, limitsFor } from "../run/run-limits.ts";
import type { ModelCall } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";

/**
 * Whether guard refuses a model call of the agent: the run is stopped, or the call is over a limit of the run. Asks for
 * no call and changes nothing. For frameworks in which an adapter can refuse a model call more quietly before the
 * framework starts it: `agent.wouldPass` then says why.
 */
export function refusesModels({ name, run }: Agent, call: ModelCall): boolean {
  const { circuit, settings } = insideOf(run.breaker);
  const { now, enforced } = circuit.enforcement();
  const { overrides, accounts } = circuit.state;
  if (run.latch.isStopped) return grantFor(overrides, "model", now) === undefined;
  if (!enforced) return false;
  const context = circuit.laneContext("", name, now);
  const limits = limitsFor(context, call);
  if (limits.length === 0) return false;
  const hit = limitHitIn(
    context,
    limits,
    accounts,
    estimateCall(settings, call, () => {}),
  );
  return hit !== undefined && !hit.contention;
}
