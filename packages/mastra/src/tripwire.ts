import { CircuitOpenError, createBreaker, findCircuitOpen, type TripReport } from "@guard/core";
import { checkArgument, read, type Parameter } from "@guard/core/adapter";

/** The `metadata` of a tripwire by guard: `result.tripwire.metadata`. Plain JSON. */
export interface TripMetadata {
  /** `GUARD_BUDGET_EXCEEDED` if a limit was reached, else `GUARD_CIRCUIT_OPEN`. */
  readonly code: CircuitOpenError["code"];
  /** Why guard stopped the run, and what the run has used. */
  readonly report: TripReport;
}

/** The error behind each tripwire's metadata, within this process. */
const stops = new WeakMap<object, CircuitOpenError>();

/** The metadata of the tripwire for a stop. */
export function toMetadata(stop: CircuitOpenError): TripMetadata {
  const metadata = { code: stop.code, report: stop.report };
  stops.set(metadata, stop);
  return metadata;
}

/**
 * Throws if guard stopped the run behind a result, and otherwise returns the result. Use it with `onTrip: "route"` and with
 * workflows: there, a stopped run resolves.
 *
 * @param result what `agent.generate`, `output.getFullOutput()` or `run.start` of a workflow resolves with. It may have been
 * serialised since
 * @returns the same result, with the same type
 * @throws {CircuitOpenError} the trip
 * @throws {OptionsError} for a promise, and for a stream that is still running: they tell nothing yet
 *
 * @example
 * const { text } = throwIfTripped(await agent.generate("Find the port."));
 */
export function throwIfTripped<R extends object>(result: R): R {
  checkArgument(result, aResult);
  const stop = findCircuitOpen(read(result, "error"));
  if (stop !== undefined) throw stop;
  const told = read(result, "tripwire", "metadata") ?? read(result, "error");
  const code = read(told, "code");
  if (code !== "GUARD_CIRCUIT_OPEN" && code !== "GUARD_BUDGET_EXCEEDED") return result;
  const report = read(told, "report") as TripReport;
  const snapshot = createBreaker().snapshot();
  const reason = read(result, "tripwire", "reason");
  const text = typeof reason === "string" ? { text: reason } : {};
  throw stops.get(told as object) ?? new CircuitOpenError(report, { snapshot, ...text });
}

const isRunning = (result: unknown) => read(result, "status") === "running";

const aResult: Parameter<"a stream that is still running"> = {
  path: "result",
  expected: "a result",
  fits: (result) =>
    typeof result === "object" &&
    result !== null &&
    !(result instanceof Promise) &&
    !isRunning(result),
  kinds: [["a stream that is still running", isRunning]],
  instead: {
    "a stream that is still running": "Write throwIfTripped(await output.getFullOutput()).",
  },
  write: "Write throwIfTripped(await agent.generate(…)).",
};
