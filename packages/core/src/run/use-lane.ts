import { dropEnded } from "../collections/bounded-map.ts";
import { learnEnd } from "../evidence/learn-turn.ts";
import { freshLane, type LaneState, type RunState } from "./state.ts";
import { noTurn } from "./turn.ts";
import { setLane, setTurn } from "./write-state.ts";

/** How many ended or idle lanes a run remembers. */
const maxAtRest = 1_000;

/** The key of a lane, its agent and its root run. */
export interface LaneName {
  readonly key: string;
  readonly agent: string;
  readonly root: string;
}

/** Notes that a lane is in use. A new lane takes the place of those that have been idle for longest. */
export function useLane(
  state: RunState,
  { key, agent, root }: LaneName,
  now: number,
  idleRunMs: number,
): void {
  const known = state.lanes.get(key);
  if (known !== undefined) {
    setLane(state, key, { ...known, usedAt: now, hasEnded: false });
    return;
  }
  const turn = state.turns.get(root) ?? noTurn();
  // The first agent of the run talks to the user.
  if (turn.agent === undefined) setTurn(state, root, { ...turn, agent });
  setLane(state, key, { ...freshLane(agent, root, turn.evidence.ended), usedAt: now });
  const isAtRest = ({ usedAt, hasEnded }: LaneState, lane: string) =>
    !state.pendingByLane.has(lane) && (hasEnded || now - usedAt >= idleRunMs);
  for (const gone of dropEnded(state.lanes, maxAtRest, isAtRest)) state.evidence.delete(gone);
}

/** Notes the first question of a lane. */
export function askLane(state: RunState, key: string, question: string): void {
  const lane = state.lanes.get(key);
  if (lane !== undefined) setLane(state, key, { ...lane, question });
}

/** Notes that the agent's instance of a lane has ended. Its open calls may still settle. */
export function endLane(state: RunState, key: string): void {
  const lane = state.lanes.get(key);
  if (lane === undefined || lane.hasEnded) return;
  setLane(state, key, { ...lane, hasEnded: true });
  const evidence = state.evidence.get(key);
  const turn = state.turns.get(lane.root);
  if (evidence === undefined || turn === undefined) return;
  setTurn(state, lane.root, { ...turn, evidence: learnEnd(turn.evidence, lane.agent, evidence) });
}
