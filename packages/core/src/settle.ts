import { amountsOf, nothing } from "./budget/amounts.ts";
import type { Outcome, Settlement, Token, Usage } from "./call.ts";
import type { Change } from "./change.ts";
import { booked, type Place } from "./decide.ts";
import { learnLate } from "./finish.ts";
import { outcomeHash, unseenOutcome } from "./signature/sign.ts";
import type { InFlight, Round, Settled } from "./state.ts";

/** What a result changes. `round` is there when it was the last one its round waited for. */
export interface Settling {
  readonly settlement: Settlement;
  readonly changes: readonly Change[];
  readonly round?: Round;
}

/**
 * Takes one result in: its cost is booked in any case, once; its outcome only if the circuit has not
 * moved on since the call was admitted. Pure.
 */
export function settleCall(
  place: Place,
  token: Token,
  call: InFlight | undefined,
  outcome: Outcome,
  usage: Usage | undefined,
): Settling {
  if (token.refused) return { settlement: { applied: false, reason: "refused" }, changes: [] };
  const { generation } = place.state;
  if (call === undefined) {
    const reason = token.generation === generation ? "settled" : "stale";
    return { settlement: { applied: false, reason }, changes: [] };
  }
  const costs: Change[] = [
    { set: "in-flight", token: token.id, to: undefined },
    {
      set: "totals",
      to: booked(
        place.state.totals,
        call.reserved,
        usage === undefined ? nothing : amountsOf(usage),
      ),
    },
  ];
  if (call.generation !== generation) {
    return { settlement: { applied: false, reason: "stale" }, changes: costs };
  }
  const settlement = { applied: true } as const;
  const settled = settledCall(call, outcome);
  const { round } = place.lane;
  if (round?.open.includes(token.id) !== true) {
    const late = settled === undefined || settled.unseen ? [] : learnLate(place, settled);
    return { settlement, changes: [...costs, ...late] };
  }
  const rest: Round = {
    ...round,
    open: round.open.filter((id) => id !== token.id),
    settled: settled === undefined ? round.settled : [...round.settled, settled],
  };
  const lane = { ...place.lane, round: rest };
  const changes: Change[] = [...costs, { set: "lane", lane: place.key, to: lane }];
  return rest.open.length === 0 ? { settlement, changes, round: rest } : { settlement, changes };
}

/** The outcome as the rules are told; an ignored call, or one that is no tool's, tells nothing. */
function settledCall(call: InFlight, outcome: Outcome): Settled | undefined {
  if (call.signed === undefined || outcome.status === "ignored") return undefined;
  const unseen = outcome.status === "unknown";
  const hashes = unseen ? unseenOutcome : outcomeHash(outcome);
  return { ...call.signed, ...hashes, unseen, counts: call.counts };
}
