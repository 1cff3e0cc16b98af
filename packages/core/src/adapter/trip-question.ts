import type { Breaker } from "../breaker/breaker.ts";
import { OptionsError, type CircuitOpenError } from "../vocabulary/errors.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";
import type { OverrideOptions } from "../options/override-options.ts";

/** What a human is asked by a breaker whose `onTrip` is `"ask"`. Plain JSON. */
export interface TripQuestion {
  readonly guard: "trip";
  /** What happened, in one sentence. */
  readonly text: string;
  readonly trip: TripReport | undefined;
}

/** What a human answers: to stop here, or what the breaker shall let through. */
export type TripDecision = "stop" | OverrideOptions | readonly OverrideOptions[];

/** The error that says what stops a run; `undefined` if nothing does. */
export function tripError(breaker: Breaker): CircuitOpenError | undefined {
  const lane = breaker.agent();
  const decision = lane.check();
  const finding = breaker.trip?.finding ?? decision.findings[0];
  if (finding === undefined) return undefined;
  return lane.toError({ ...decision, verdict: "open", findings: [finding] }) as CircuitOpenError;
}

/**
 * Asks a human what a stopped run may still do, until the answer can be obeyed, and obeys it. A framework that
 * keeps the answers of a node hands over a bad one again when the node is resumed: it says nothing again.
 *
 * @param text what happened, in one sentence
 * @returns whether the run may go on
 */
export function isApproved(
  breaker: Breaker,
  text: string,
  ask: (question: TripQuestion) => TripDecision,
  obey: (decision: Exclude<TripDecision, "stop">) => void,
): boolean {
  const { trip } = breaker;
  for (let fault = ""; ;) {
    const decision = ask({ guard: "trip", text: text + fault, trip });
    if (decision === "stop") return false;
    try {
      obey(decision);
      return true;
    } catch (error) {
      if (!OptionsError.isInstance(error)) throw error;
      fault = ` The last decision can't be obeyed: ${error.message}`;
    }
  }
}

/**
 * Says all that was approved over the breaker, or nothing of it.
 *
 * @throws {OptionsError} naming every fault with its path and value
 */
export function approve(breaker: Breaker, decision: Exclude<TripDecision, "stop">): void {
  const overrides = Array.isArray(decision) ? decision : [decision];
  const lifts: (() => void)[] = [];
  try {
    for (const override of overrides) lifts.push(breaker.override(override as OverrideOptions));
  } catch (error) {
    for (const lift of lifts) lift();
    throw error;
  }
}
