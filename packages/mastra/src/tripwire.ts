import { CircuitOpenError, createBreaker, findCircuitOpen, type TripReport } from "@guard/core";
import { read } from "@guard/core/adapter";

/** What a tripwire of guard's tells. Plain JSON. */
export interface TripMetadata {
  readonly code: CircuitOpenError["code"];
  readonly report: TripReport;
}

/** The errors that tripwires were made of, as long as both are in this process. */
const stops = new WeakMap<object, CircuitOpenError>();

/** What a tripwire tells of a stop. */
export function toMetadata(stop: CircuitOpenError): TripMetadata {
  const metadata = { code: stop.code, report: stop.report };
  stops.set(metadata, stop);
  return metadata;
}

/**
 * The same result, unless guard has stopped what it is the result of: where that is told by a tripwire (`onTrip: "route"`),
 * or by a workflow's error. Takes the result of `generate`, of a stream or of a workflow, also after it was serialised.
 *
 * @throws {CircuitOpenError} the trip
 *
 * @example
 * const { text } = throwIfTripped(await agent.generate("Find the port."));
 */
export function throwIfTripped<R extends object>(result: R): R {
  const stop = findCircuitOpen(read(result, "error"));
  if (stop !== undefined) throw stop;
  const told = read(result, "tripwire", "metadata") ?? read(result, "error");
  const code = read(told, "code");
  if (code !== "GUARD_CIRCUIT_OPEN" && code !== "GUARD_BUDGET_EXCEEDED") return result;
  const report = read(told, "report") as TripReport;
  const snapshot = createBreaker().snapshot();
  throw stops.get(told as object) ?? new CircuitOpenError(report, { snapshot });
}
