import { dropEnded } from "../collections/bounded-map.ts";
import { learnEnd } from "../evidence/learn-turn.ts";
import { freshLane, type LaneState, type RunState } from "./state.ts";
import { noTurn } from "./turn.ts";
import { setLane, setTurn } from "./write-state.ts";

/** Lanes at rest, ended or idle for long, that a run remembers. */
const maxAtRest = 1_000;

/** Which lane it is, whose, and in which root run. */
export interface LaneName {
  readonly key: string;
  readonly agent: string;
  readonly root: string;
}

/** Notes that a lane is in use. Where it is new, those that have been at rest for longest make room for it. */
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
  // The agent that is heard of first talks to the user.
  if (turn.agent === undefined) setTurn(state, root, { ...turn, agent });
  setLane(state, key, { ...freshLane(agent, root, turn.evidence.ended), usedAt: now });
  const isAtRest = ({ usedAt, hasEnded }: LaneState, lane: string) =>
    !state.pendingByLane.has(lane) && (hasEnded || now - usedAt >= idleRunMs);
  for (const gone of dropEnded(state.lanes, maxAtRest, isAtRest)) state.evidence.delete(gone);
}

/** Notes what a lane is asked at first. */
export function askLane(state: RunState, key: string, question: string): void {
  const lane = state.lanes.get(key);
  if (lane !== undefined) setLane(state, key, { ...lane, question });
}

/** Notes that the instance of the agent behind a lane has ended; what is open in it may still settle. */
export function endLane(state: RunState, key: string): void {
  const lane = state.lanes.get(key);
  if (lane === undefined || lane.hasEnded) return;
  setLane(state, key, { ...lane, hasEnded: true });
  const evidence = state.evidence.get(key);
  const turn = state.turns.get(lane.root);
  if (evidence === undefined || turn === undefined) return;
  setTurn(state, lane.root, { ...turn, evidence: learnEnd(turn.evidence, lane.agent, evidence) });
}
