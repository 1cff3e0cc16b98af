import { textsOf } from "./texts-of.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { waits, type AskedCall, type AskedCalls } from "./asked-calls.ts";
import type { Starting } from "./asking.ts";
import type { Run } from "./run.ts";
import { tell } from "./told.ts";

/**
 * Starts a call that guard has decided about. Refuses it if the run has been stopped since. Refuses a blocked call if
 * the model will read that (`canRefuse`), and always if other calls hold the money; else the blocked call runs, and
 * counts as refused.
 */
export function startCall(run: Run, from: string, key: string, canRefuse = true): Starting {
  const asked = run.asked.starting(from)!;
  const { call, lane, told, decision } = asked;
  const stop = stopOf(run, asked);
  const isBlocked = decision.verdict === "block";
  const isRefused = isBlocked && (canRefuse || decision.findings[0]?.rule === "ceiling");
  // A framework may try a refused call again: emit its refusal once.
  const isTold = isBlocked && waits(asked) && (isRefused || stop !== undefined);
  if (isTold) lane.tellBlocked(decision.findings, false);
  if (stop !== undefined) {
    run.asked.set(key, { ...asked, stage: "unmade" });
    return { key, decision, refused: stop };
  }
  if (isRefused) {
    run.asked.set(key, { ...asked, stage: "ended" });
    tell(told, call.id, decision, true, textsOf(run));
    return { key, decision, refused: lane.toError(decision) };
  }
  const made = isBlocked ? lane.runAnyway(decision, asked.meant) : decision;
  run.asked.set(key, { ...asked, decision: made, stage: "started" });
  if (!isBlocked) tell(told, call.id, made, false, textsOf(run));
  return { key, decision: made, refused: undefined };
}

/** The error that stops a call now, after guard has judged it. */
export function stopOf(run: Run, { lane, decision }: AskedCall): CircuitOpenError | undefined {
  const now = run.latch.denial(lane) ?? lane.check(decision);
  return now.verdict === "open" ? run.latch.stopBy(lane, now) : undefined;
}

/** A blocked call that the framework has started without asking. It has run, and counts as refused. */
export function letRun(calls: AskedCalls, key: string): void {
  const asked = calls.get(key);
  if (asked?.decision.verdict !== "block") return;
  calls.set(key, { ...asked, decision: asked.lane.runAnyway(asked.decision, asked.meant) });
}
