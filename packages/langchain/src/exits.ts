import type { BreakerSource, OnTrip } from "@guard/core";

/** The sources whose trips a middleware answers. */
const answered = new WeakSet<BreakerSource>();

/** Says that there is a middleware over this source: a run of it can end with an answer. */
export function answerTrips(source: BreakerSource): void {
  answered.add(source);
}

/** How a trip can reach the user of an agent: a handler alone can only throw. */
export function exitsOf(source: BreakerSource): readonly OnTrip[] {
  return answered.has(source) ? ["throw", "finish", "wind-down", "ask"] : ["throw"];
}
