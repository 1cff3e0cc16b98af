import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Shown } from "./asking.ts";
import type { Conversation } from "./conversations.ts";
import type { Run } from "./run.ts";
import { releaseOutputs } from "./leftovers.ts";
import { outcomesIn, roundsIn, tailOf, userText } from "./shown.ts";
import { letRun } from "./start-call.ts";

/** Settles calls whose outcomes only the messages of a request show, such as those of tools that don't exist. */
export async function takeOutcomes(run: Run, lane: BreakerLane, shown: Shown): Promise<void> {
  const { asked } = run;
  if (asked.isEmpty) return;
  await run.settleLeftovers(lane);
  for (const [id, outcome] of outcomesIn(shown)) {
    const key = asked.keyOfResult(lane, id);
    if (key === undefined) continue;
    if (!run.seesTools) letRun(asked, key);
    const call = asked.take(key);
    await call?.lane.settle(call.decision.token, outcome);
  }
}

/**
 * Finds out whether the user has asked for something new, or the run goes on with a turn that began before it. Then
 * guard learns what the request shows of that turn. Text never tells a turn.
 *
 * @param goesOn whether the request goes on with its conversation's last answer
 */
export async function goOnWith(
  run: Run,
  conversation: Conversation,
  shown: Shown,
  goesOn: boolean,
): Promise<void> {
  const { lane } = conversation;
  const tail = tailOf(shown);
  const isUsers = shown.isInner !== true && tail === "user";
  const said = () => ({ agent: lane.agent, text: userText(shown) });
  const isFirst = run.beginsTurn(tail, isUsers ? said : undefined);
  if (isFirst && tail === "result" && lane.isFresh) {
    for (const round of roundsIn(shown)) {
      lane.witness(round.map(([call, outcome]) => [run.handoffs.toCall(call), outcome]));
    }
  }
  if (run.isReported || !isUsers) return;
  if (!goesOn) {
    run.beginTurn();
    if (isFirst) lane.userMessage(said().text);
    return;
  }
  // An answer whose calls never come back is final: a structured output, a tool without a body.
  const isFinal = !conversation.asks || (await releaseOutputs(run.asked, lane));
  const isEmpty = conversation.said === "";
  // A stopped run that has had its last answer is over.
  if ((!isFinal || isEmpty) && !run.latch.answered) return;
  run.beginTurn();
  lane.userMessage(said().text);
}
