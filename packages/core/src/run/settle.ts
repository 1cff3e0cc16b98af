import { plus } from "../budget/amounts.ts";
import type { Amounts } from "../vocabulary/spending.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { countsOf } from "../budget/call-counts.ts";
import { releasePostings, costPostings } from "../budget/postings.ts";
import type { Outcome, Settlement, Token, Usage } from "../vocabulary/call.ts";
import type { Change } from "./change.ts";
import type { Cost } from "./costs.ts";
import { addEntries, ownOf, sightOf, type Place } from "./sight.ts";
import { learnLate } from "./finish.ts";
import { answering } from "../rules/index.ts";
import type { FinishedAnswer } from "../rules/rule.ts";
import { answerPrint } from "../signature/answer.ts";
import { outcomePrint, unseenOutcome } from "../signature/outcome.ts";
import type { InFlight, Round, Settled } from "./state.ts";

/** What a result changes. `round` is there when it was the last one its round waited for. */
export interface Settling {
  readonly settlement: Settlement;
  readonly changes: readonly Change[];
  /** What of that moves money, or what is held of it, in the accounts of the run. */
  readonly postings: readonly Posting[];
  readonly round?: Round;
}

/**
 * Takes one result in: its cost is booked in any case, once; its outcome only if the circuit has not
 * moved on since the call was admitted. Of a call that was never made nothing is booked. Pure.
 */
export function settleCall(
  place: Place,
  token: Token,
  call: InFlight | undefined,
  outcome: Outcome,
  cost: Cost | undefined,
  made: boolean,
): Settling {
  if (token.refused) return unmoved("refused");
  const { generation } = place.state;
  if (call === undefined || cost === undefined) {
    return unmoved(token.generation === generation ? "settled" : "stale");
  }
  const { usage, spent } = cost;
  const postings = made ? costPostings(heldFor(call), spent) : releasePostings(heldFor(call));
  const costs: Change[] = [{ set: "in-flight", token: token.id, to: undefined }];
  for (const post of postings) costs.push({ post, at: place.now });
  if (call.generation !== generation) {
    return { settlement: { applied: false, reason: "stale" }, changes: costs, postings };
  }
  const settlement = { applied: true } as const;
  if (call.kind === "model") {
    const changes = [...costs, ...answered(place, outcome, usage, spent)];
    return { settlement, changes, postings };
  }
  const settled = settledCall(call, outcome, spent);
  const { round } = place.lane;
  if (round?.open.includes(token.id) !== true) {
    const late = settled === undefined || settled.unseen ? [] : learnLate(place, settled);
    return { settlement, changes: [...costs, ...late], postings };
  }
  const rest: Round = {
    ...round,
    open: round.open.filter((id) => id !== token.id),
    settled: settled === undefined ? round.settled : [...round.settled, settled],
  };
  const lane = { ...place.lane, round: rest };
  const changes: Change[] = [...costs, { set: "lane", lane: place.key, to: lane }];
  const settling = { settlement, changes, postings };
  return rest.open.length === 0 ? { ...settling, round: rest } : settling;
}

function unmoved(reason: "refused" | "settled" | "stale"): Settling {
  return { settlement: { applied: false, reason }, changes: [], postings: [] };
}

/** A model's answer: the lane bears its cost, and the rules that look at answers are told. */
function answered(
  place: Place,
  outcome: Outcome,
  usage: Usage | undefined,
  spent: Amounts,
): readonly Change[] {
  const lane = { ...place.lane, answers: plus(place.lane.answers, spent) };
  const bears: Change = { set: "lane", lane: place.key, to: lane };
  if (outcome.status !== "success") return [bears];
  const answer: FinishedAnswer = {
    ...answerPrint(outcome.result),
    inputTokens: usage?.inputTokens,
    spent,
  };
  const changes: Change[] = [bears];
  const sight = sightOf(place);
  for (const rule of answering) {
    addEntries(changes, rule, place, rule.answered(answer, { ...sight, own: ownOf(rule, place) }));
  }
  return changes;
}

/** The outcome as the rules are told; an ignored call tells nothing. */
function settledCall(call: InFlight, outcome: Outcome, spent: Amounts): Settled | undefined {
  if (outcome.status === "ignored") return undefined;
  const unseen = outcome.status === "unknown";
  const print = unseen ? unseenOutcome : outcomePrint(outcome);
  return { ...call.signed, ...print, unseen, counts: call.counts, spent };
}

/** What a call holds in the accounts of its run. */
export function heldFor({ kind, accounts, expires, reserved }: InFlight): readonly Posting[] {
  const { modelCalls, toolCalls } = countsOf(kind);
  return accounts.map((account) => ({
    account,
    window: "life",
    slot: "0",
    expires,
    modelCalls,
    toolCalls,
    tokens: 0,
    nanoUsd: 0,
    heldTokens: reserved.tokens,
    heldNanoUsd: reserved.nanoUsd,
  }));
}
