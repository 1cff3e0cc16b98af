import { toldOutcome } from "../options/tool-settings.ts";
import type { MaybePromise } from "../ports/maybe-promise.ts";
import { costOf } from "../run/call-cost.ts";
import { applyResult } from "../run/apply-result.ts";
import type { Outcome, Settlement, Token } from "../vocabulary/call.ts";
import { checkOutcome, checkToken } from "./check-arguments.ts";
import type { Inside } from "./inside.ts";

/**
 * Takes in what came back from a call: books the cost, and learns from the outcome.
 *
 * @param agent the agent of the call, if its lane is forgotten
 * @param made `false` for a call that was admitted and never made
 * @throws {TypeError} for a wrong token or outcome, before guard books anything
 */
export function takeResult(
  { circuit, settings, recording, books }: Inside,
  agent: string,
  token: Token,
  outcome: Outcome,
  made = true,
): { readonly settlement: Settlement; readonly booked: MaybePromise<unknown> } {
  checkToken(token);
  checkOutcome(outcome);
  if (!circuit.gave(token)) {
    return { settlement: { applied: false, reason: "unknown" }, booked: undefined };
  }
  const call = circuit.state.pending.get(token.id);
  const cost = call && costOf(settings, call, outcome, circuit.emit);
  if (made) recording?.settled(token.id, outcome, cost?.usage);
  const told = call === undefined ? outcome : toldOutcome(settings, call.signed.tool, outcome);
  const { settlement, postings } = applyResult(circuit, token, told, cost, made);
  if (call === undefined || cost === undefined || token.refused) {
    return { settlement, booked: undefined };
  }
  const { agent: own } = circuit.laneContext(token.lane, agent, 0).lane;
  const status = made ? outcome.status : "released";
  const details = books.detailsOf(token.id, status, told, cost);
  const booked = books.bookCost(own, token.id, call, status, cost.spent, postings, details);
  return { settlement, booked };
}
