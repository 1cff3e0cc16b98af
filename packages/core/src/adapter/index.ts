/** What adapters are built from. Users of guard need none of it. */
export { lastWish } from "../vocabulary/messages.ts";
export { standsFor } from "../breaker/breaker.ts";
export { admitOrWait } from "./admit-or-wait.ts";
export { grantLastAnswer, runAnyway } from "./beyond-lane.ts";
export { read } from "./read.ts";
export { setBounded } from "../collections/bounded-map.ts";
export {
  checkSource,
  isRegistry,
  requireOnTrip,
  startRun,
  tellUnguarded,
  type BreakerSource,
  type GuardedRun,
} from "./source.ts";
export {
  approve,
  isApproved,
  tripError,
  type TripDecision,
  type TripQuestion,
} from "./trip-question.ts";
export { isLater, withMoneyOf } from "../run/snapshot-merge.ts";
export { ThreadMemory } from "./thread-memory.ts";
export { toDelegation } from "./to-delegation.ts";
export { usageOf } from "./usage.ts";
