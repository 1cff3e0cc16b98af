import { CircuitOpenError, createBreaker, type TripReport } from "@guard/core";
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
 * The same result, unless guard has tripped its wire: for breakers whose `onTrip` is `"route"`. Takes the result of
 * `generate`, a stream that has ended, or the result of a workflow, also after it was serialised.
 *
 * @throws {CircuitOpenError} the trip
 *
 * @example
 * const { text } = throwIfTripped(await agent.generate("Find the port."));
 */
export function throwIfTripped<R extends object>(result: R): R {
  const metadata = read(result, "tripwire", "metadata");
  const report = read(metadata, "report");
  if (read(report, "reason") === undefined || read(report, "finding") === undefined) return result;
  throw (
    stops.get(metadata as object) ??
    new CircuitOpenError(report as TripReport, { snapshot: createBreaker().snapshot() })
  );
}
