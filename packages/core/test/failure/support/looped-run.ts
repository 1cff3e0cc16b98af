import { createBreaker, type CircuitOpenError, type Decision } from "../../../src/index.ts";

/** The stop of a run that asked the same thing too often. */
export function loopedRun(): CircuitOpenError {
  const lane = createBreaker().agent();
  let decision: Decision;
  do {
    [decision] = lane.admitSync([{ kind: "tool", tool: "search", args: { q: "x" } }]);
    lane.settleSync(decision.token, { status: "success", result: "nothing" });
  } while (decision.verdict !== "open");
  return lane.toError(decision) as CircuitOpenError;
}
