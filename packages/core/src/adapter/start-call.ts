import type { CircuitOpenError } from "../vocabulary/errors.ts";
import type { AskedCall, AskedCalls } from "./asked-calls.ts";
import type { Starting } from "./asking.ts";
import type { Run } from "./run.ts";
import { tell } from "./told.ts";

/**
 * A call that was decided about is about to start: it is refused if the run has been stopped since. A call that was
 * blocked is refused where the model will read it (`canRefuse`), and always if others hold the money for it; else it
 * runs and counts as refused.
 */
export function startCall(run: Run, from: string, key: string, canRefuse = true): Starting {
  const asked = run.asked.take(from)!;
  const { call, lane, told, decision } = asked;
  const stop = stopOf(run, asked);
  if (stop !== undefined) {
    run.asked.set(key, { ...asked, stage: "unmade" });
    return { key, decision, refused: stop };
  }
  const isBlocked = decision.verdict === "block";
  if (isBlocked && (canRefuse || decision.findings[0]?.rule === "ceiling")) {
    run.asked.set(key, { ...asked, stage: "ended" });
    tell(told, call.id, decision, true);
    return { key, decision, refused: lane.toError(decision) };
  }
  const made = isBlocked ? lane.runAnyway(decision, asked.meant) : decision;
  run.asked.set(key, { ...asked, decision: made, stage: "started" });
  if (!isBlocked) tell(told, call.id, made, false);
  return { key, decision: made, refused: undefined };
}

/** What now stops a call that guard judged before. */
export function stopOf(run: Run, { lane, decision }: AskedCall): CircuitOpenError | undefined {
  const now = run.latch.denial(lane) ?? lane.check(decision);
  return now.verdict === "open" ? run.latch.stopBy(lane, now) : undefined;
}

/** A call that was refused where the framework does not tell of its start: it has run, and counts as refused. */
export function letRun(calls: AskedCalls, key: string): void {
  const asked = calls.get(key);
  if (asked?.decision.verdict !== "block") return;
  calls.set(key, { ...asked, decision: asked.lane.runAnyway(asked.decision, asked.meant) });
}
