import { dropEnded } from "../collections/bounded-map.ts";
import { freshLane, type LaneState, type RunState } from "./state.ts";
import { setLane } from "./write-state.ts";

/** Lanes at rest, ended or idle for long, that a run remembers. */
const maxAtRest = 1_000;

/** Notes that a lane is in use. Where it is new, those that have been at rest for longest make room for it. */
export function useLane(
  state: RunState,
  key: string,
  agent: string,
  now: number,
  idleRunMs: number,
): void {
  const known = state.lanes.get(key);
  setLane(state, key, { ...(known ?? freshLane(agent)), usedAt: now, hasEnded: false });
  if (known !== undefined) return;
  const isAtRest = ({ usedAt, hasEnded }: LaneState, lane: string) =>
    !state.pendingByLane.has(lane) && (hasEnded || now - usedAt >= idleRunMs);
  for (const gone of dropEnded(state.lanes, maxAtRest, isAtRest)) state.evidence.delete(gone);
}

/** Notes that the instance of the agent behind a lane has ended; what is open in it may still settle. */
export function endLane(state: RunState, key: string): void {
  const lane = state.lanes.get(key);
  if (lane !== undefined) setLane(state, key, { ...lane, hasEnded: true });
}
