import { freshLane, type RunState } from "./state.ts";
import { nextTurn, noTurn } from "./turn.ts";
import type { LaneName } from "./use-lane.ts";
import { clearLane, setTurn } from "./write-state.ts";

/**
 * Begins a turn of a root: what its lanes know is forgotten.
 *
 * @param text what the user says; empty where it is unknown
 * @param keepsEffects whether what was done in the world stays known, where the turn before has come to no answer
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
 * The user, or another agent, has said something to a lane. To the agent that talks to the user it begins a turn; to any
 * other one it is a prompt, and only that lane begins anew.
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
