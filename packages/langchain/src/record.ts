import { recordIn as found } from "@guard/core/adapter";

/** What an agent's state keeps under the private key `_guard`; `undefined` if it keeps nothing. */
export function recordIn(state: unknown): unknown {
  return found(state, "_guard");
}
