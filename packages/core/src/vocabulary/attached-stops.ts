import type { CircuitOpenError } from "./errors.ts";

/** The stops behind errors that can't be given a cause. */
export const attachedStops: WeakMap<object, CircuitOpenError> = new WeakMap();
