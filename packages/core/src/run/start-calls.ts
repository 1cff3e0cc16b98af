import { nothing } from "../budget/amounts.ts";
import { holdPostings } from "../budget/postings.ts";
import type { Token } from "../vocabulary/call.ts";
import type { Circuit } from "./circuit.ts";
import type { RequestedCall } from "./requested-call.ts";
import { isLook } from "../evidence/looks.ts";
import { evidenceOf } from "./lane-context.ts";
import { limitsFor } from "./run-limits.ts";
import { addPending, addPostings, setLane, takeNumbers } from "./write-state.ts";

/** A call to decide about, and the id of its token. */
export interface NumberedCall extends RequestedCall {
  readonly id: string;
}

/** Numbers calls for their tokens. */
export function numberCalls(
  { state, tokenIds }: Circuit,
  calls: readonly RequestedCall[],
): readonly NumberedCall[] {
  const first = takeNumbers(state, calls.length);
  return calls.map((call, index) => ({ ...call, id: tokenIds.at(first + index) }));
}

/** Counts a call, holds what it needs and remembers it until its result comes. */
export function startCall(
  circuit: Circuit,
  lane: string,
  agent: string,
  { id, call, estimate, reservationId, signed }: NumberedCall,
  counts: boolean,
  now: number,
): void {
  const { state, settings } = circuit;
  const context = circuit.laneContext(lane, agent, now);
  const { lane: record, signatures } = evidenceOf(context);
  const limits = limitsFor(context, call);
  const postings = holdPostings(limits, estimate, now, settings.reservations.ttlMs);
  addPending(state, id, {
    kind: call.kind,
    lane,
    generation: state.generation,
    reserved: estimate.likely,
    accounts: postings.map(({ account }) => account),
    expires: postings[0]!.expires,
    reservationId,
    estimatedTokens: estimate.estimatedTokens,
    counts,
    signed: { ...signed, isLook: isLook(signed, signatures.get(signed.signature), record) },
    ...(call.kind === "model" && { provider: call.provider, serviceTier: call.serviceTier }),
  });
  addPostings(state, postings, settings.monotonic());
}

/** Begins the round that waits for the results of calls. `probe`: the token that its lease names. */
export function startRound(
  circuit: Circuit,
  key: string,
  open: readonly string[],
  probe: string | undefined,
  now: number,
): void {
  const { lane } = circuit.laneContext(key, "", now);
  const round = { open, settled: [], spent: lane.answers, ...(probe !== undefined && { probe }) };
  setLane(circuit.state, key, { ...lane, round, answers: nothing });
}

/** Starts a call that runs although guard refused it. guard learns from it, but it is no evidence. */
export function startAnyway(
  circuit: Circuit,
  lane: string,
  agent: string,
  requested: RequestedCall,
): Token {
  const [call] = numberCalls(circuit, [requested]);
  startCall(circuit, lane, agent, call!, false, circuit.enforcement().now);
  return { id: call!.id, lane, generation: circuit.state.generation };
}
