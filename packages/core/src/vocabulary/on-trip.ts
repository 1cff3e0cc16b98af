/**
 * How a trip can reach the code that runs the agent, in words that hold for every framework. In all of
 * them the run starts nothing more, except granted calls.
 *
 * - `throw`: the run ends with a `CircuitOpenError`
 * - `finish`: the run ends with a final answer that guard wrote; no call is made
 * - `wind-down`: one granted model call without tools turns what is there into a partial answer
 * - `route`: the framework's own path for errors: a node, a tripwire
 * - `ask`: an approval that a human can grant
 */
export const tripAnswers = ["throw", "finish", "wind-down", "route", "ask"] as const;
export type OnTrip = (typeof tripAnswers)[number];
