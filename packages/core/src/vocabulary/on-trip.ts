/** The answers to a trip, in words that hold for every framework. */
export const tripAnswers = ["throw", "finish", "wind-down", "route", "ask"] as const;
/**
 * What your code gets when guard stops a run. No tool and no model call starts after a trip, except calls that you grant.
 *
 * - `throw`: the run throws a `CircuitOpenError`
 * - `finish`: the run ends with a last answer that guard writes
 * - `wind-down`: the model writes the last answer, in one more call without tools
 * - `route`: the run takes the framework's own path for errors: a node, a tripwire
 * - `ask`: the run waits for a human, who may let it go on
 */
export type OnTrip = (typeof tripAnswers)[number];
