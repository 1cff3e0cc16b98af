import { recordIn as found } from "@guard/core/adapter";

/** The record under the private key `_guard` of an agent's state; `undefined` without one. */
export function recordIn(state: unknown): unknown {
  return found(state, "_guard");
}
