import type { Breaker } from "../breaker/breaker.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import type { Run } from "./run.ts";

/** The error that says what stops a run; `undefined` if nothing does. */
export function tripError(breaker: Breaker): CircuitOpenError | undefined {
  const lane = breaker.agent();
  const decision = lane.check();
  const finding = breaker.trip?.finding ?? decision.findings[0];
  if (finding === undefined) return undefined;
  return lane.toError({ ...decision, verdict: "open", findings: [finding] }) as CircuitOpenError;
}

/** What there is to say about the stop of a run; `undefined` where nothing stops it. */
export function whatStopped(run: Run): Pick<CircuitOpenError, "message" | "code"> | undefined {
  return tripError(run.breaker) ?? run.stop;
}
