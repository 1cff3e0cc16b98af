import { freshLane, type RunState } from "./state.ts";
import { nextTurn, noTurn } from "./turn.ts";
import type { LaneName } from "./use-lane.ts";
import { clearLane, setTurn } from "./write-state.ts";

/**
 * Begins a turn of a root: its lanes forget what they know.
 *
 * @param text the user's message; empty if it is unknown
 * @param keepsEffects whether guard remembers what the turn before has done in the world: it has ended without an
 *   answer
 */
export function beginTurn(
  state: RunState,
  root: string,
  text: string,
  now: number,
  keepsEffects: boolean,
): void {
  const turn = state.turns.get(root) ?? noTurn();
  setTurn(state, root, nextTurn(turn, text, now, keepsEffects && !turn.isFinal));
  for (const [key, lane] of state.lanes) if (lane.root === root) clearLane(state, key, lane);
}

/**
 * The user, or another agent, has said something to a lane. For the agent that talks to the user this begins a turn.
 * For any other agent it is a prompt: only that lane starts anew.
 */
export function hearUser(
  state: RunState,
  { key, agent, root }: LaneName,
  text: string,
  now: number,
): void {
  const turn = state.turns.get(root) ?? noTurn();
  if (turn.agent === undefined || turn.agent === agent) beginTurn(state, root, text, now, false);
  else clearLane(state, key, state.lanes.get(key) ?? freshLane(agent, root));
}
