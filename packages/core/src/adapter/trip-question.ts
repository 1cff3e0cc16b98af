import type { Breaker } from "../breaker/breaker.ts";
import type { OverrideOptions } from "../options/override-options.ts";
import { OptionsError, type CircuitOpenError } from "../vocabulary/errors.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";
import { sharedBy } from "./leftovers.ts";
import type { Run } from "./run.ts";

/** What a human is asked by a breaker whose `onTrip` is `"ask"`. Plain JSON. */
export interface TripQuestion {
  readonly guard: "trip";
  /** What happened, in one sentence. */
  readonly text: string;
  readonly trip: TripReport | undefined;
}

/** What a human answers: to stop here, or what the breaker shall let through. */
export type TripDecision = "stop" | OverrideOptions | readonly OverrideOptions[];

/** Whether a value may be what a human has decided: an adapter finds it among other answers. */
export function isDecision(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isDecision);
  const isOverride = typeof value === "object" && value !== null && "by" in value && "why" in value;
  return value === "stop" || isOverride;
}

/** The error that says what stops a run; `undefined` if nothing does. */
export function tripError(breaker: Breaker): CircuitOpenError | undefined {
  const lane = breaker.agent();
  const decision = lane.check();
  const finding = breaker.trip?.finding ?? decision.findings[0];
  if (finding === undefined) return undefined;
  return lane.toError({ ...decision, verdict: "open", findings: [finding] }) as CircuitOpenError;
}

/** The error that says what stops a run; `undefined` where nothing stops it, or this process does not know of a stop. */
export function whatStopped(run: Run): CircuitOpenError | undefined {
  return tripError(run.breaker) ?? run.stop;
}

/**
 * Asks a human what a stopped run may still do, until the answer can be obeyed, and obeys it. A framework that
 * keeps the answers of a node hands over a bad one again when the node is resumed: it says nothing again.
 *
 * @param text what happened, in one sentence
 * @param visit names this question for a framework that runs a node again when it is resumed: an answer that was
 *   obeyed before is not obeyed again
 * @returns whether the run may go on
 */
export function isApproved(
  run: Run,
  text: string,
  ask: (question: TripQuestion) => TripDecision,
  visit?: () => string,
): boolean {
  const { trip } = run.breaker;
  for (let fault = ""; ;) {
    const decision = ask({ guard: "trip", text: text + fault, trip });
    if (decision === "stop") return false;
    try {
      obey(run.breaker, decision, visit?.());
      run.latch.approve();
      return true;
    } catch (error) {
      if (!OptionsError.isInstance(error)) throw error;
      fault = ` The last decision can't be obeyed: ${error.message}`;
    }
  }
}

/** Says all that was approved over the breaker, or nothing of it; once a visit. */
function obey(breaker: Breaker, decision: Exclude<TripDecision, "stop">, visit = ""): void {
  const { approved } = sharedBy(breaker);
  if (approved.has(visit)) return;
  const lifts: (() => void)[] = [];
  try {
    for (const override of [decision].flat()) lifts.push(breaker.override(override));
  } catch (error) {
    for (const lift of lifts) lift();
    throw error;
  }
  if (visit !== "") approved.add(visit);
}
