import { attachedStops } from "./attached-stops.ts";
import type { CircuitOpenError } from "./errors.ts";
import { findCircuitOpen } from "./find-circuit-open.ts";
import { read } from "./marks.ts";

/**
 * Attaches a stop to the error that a framework made of it, such as one about a recursion limit: `findCircuitOpen` then
 * finds the stop. The stop becomes the error's `cause` if it has none. For adapters. Never throws.
 */
export function attachStop(error: unknown, stop: CircuitOpenError): void {
  if (typeof error !== "object" || error === null) return;
  if (findCircuitOpen(error) !== undefined) return;
  if (read(error, "cause") === undefined && setCause(error, stop)) return;
  attachedStops.set(error, stop);
}

function setCause(error: object, cause: CircuitOpenError): boolean {
  try {
    const property = { value: cause, configurable: true, writable: true, enumerable: false };
    return Reflect.defineProperty(error, "cause", property);
  } catch {
    return false; // a proxy may throw
  }
}
