import { handoffTable } from "../rules/handoffs.ts";
import { hash } from "../signature/hash.ts";
import { clearLaneEvidence, clearShared, setLane } from "./write-state.ts";
import { freshLane, type RunState } from "./state.ts";

/** User messages a lane remembers having heard. */
const heardMessages = 64;

/** Evidence of the whole breaker that a new turn makes obsolete: asked again, it is meant again. */
const perTurn: readonly string[] = ["mutation", handoffTable];

/** Begins a turn of a lane with what the user said; `false` for a message that the lane has heard before. */
export function beginTurn(state: RunState, key: string, agent: string, text: string): boolean {
  const lane = state.lanes.get(key) ?? freshLane(agent);
  const message = hash(text);
  if (lane.messages.includes(message)) return false;
  const messages = [...lane.messages, message].slice(-heardMessages);
  setLane(state, key, { ...lane, messages, round: undefined, refused: {} });
  clearLaneEvidence(state, key);
  for (const table of perTurn) clearShared(state, table);
  return true;
}
