import { nothing } from "../budget/amounts.ts";
import { holdPostings } from "../budget/postings.ts";
import type { RequestedCall } from "./requested-call.ts";
import type { Decision, Token } from "../vocabulary/call.ts";
import { denied, forcedOpen, type Circuit, type Denial, type Stance } from "./circuit.ts";
import { allowed, judgeRound, limitsFor, type Judged, type RoundVerdict } from "./decide.ts";
import { finishRound } from "./finish.ts";
import { admit, type Gate } from "../machine/admit.ts";
import { grantFor, usedUp } from "../machine/override.ts";
import type { Grant } from "../vocabulary/override.ts";
import { remainingMs } from "../machine/state.ts";
import type { InFlight } from "./state.ts";

/** How long a call should wait that only others' reservations stand in the way of. */
const contentionRetryMs = 1_000;

/** A call that is being decided: what is asked, and the id its token will have. */
interface Applied extends RequestedCall {
  readonly id: string;
}

/** Decides about the calls of one answer, and holds what it lets through. */
export function admitCalls(
  circuit: Circuit,
  lane: string,
  agent: string,
  calls: readonly RequestedCall[],
  mayProbe = true,
): readonly Decision[] {
  const stance = circuit.stance();
  const applied = numbered(circuit, calls);
  const isRound = calls.some(({ call }) => call.kind !== "model");
  const deny = (denial: Denial) => {
    circuit.emit({ type: "deny", finding: denial.finding, observed: false });
    return applied.map(({ id }) => refusedBy(denial, tokenOf(circuit, id, lane)));
  };

  if (stance.override?.force === "open") {
    return deny(forcedOpen(stance.override, agent, stance.now));
  }
  const applicant = {
    lane,
    kind: isRound ? ("round" as const) : ("model" as const),
    token: applied[0]!.id,
    mayProbe,
  };
  const gate = admit(circuit.state.machine, applicant, stance.now, circuit.settings.recovery);
  if (gate.next !== undefined) circuit.move(gate.next, stance);
  if (gate.pass === "no" && stance.enforced) {
    if (grant(circuit, calls, stance)) return granted(circuit, lane, agent, applied, gate, stance);
    return deny(denied(circuit.report()!.finding, gate.retryAfterMs));
  }

  circuit.useLane(lane, agent, stance.now);
  if (isRound) {
    const place = circuit.place(lane, agent, stance.now);
    if (place.lane.round !== undefined) circuit.apply(finishRound(place, place.lane.round));
  }
  const place = circuit.place(lane, agent, stance.now);
  // Only watching, a run goes on after its trip; what would have ended is not judged again.
  const verdict =
    gate.pass === "no" ? unjudged(applied) : judgeRound(place, applied, gate.pass === "probe");
  circuit.apply(verdict.changes);
  if (verdict.trip !== undefined) {
    circuit.open(verdict.trip, stance);
    if (stance.enforced) return stopped(circuit, lane, applied, verdict, stance);
  }
  hold(circuit, lane, agent, applied, verdict.judged, gate, stance);
  return verdict.judged.map((judged, index) =>
    decision(circuit, judged, tokenOf(circuit, applied[index]!.id, lane), stance),
  );
}

/** Uses up a grant for each call, if there is one for all of them. */
function grant(circuit: Circuit, calls: readonly RequestedCall[], { now }: Stance): boolean {
  let { overrides } = circuit.state;
  const grants = calls.map(({ call }) => {
    const found = grantFor(overrides, call.kind, now);
    if (found !== undefined) overrides = usedUp(overrides, found.id);
    return found;
  });
  if (grants.includes(undefined)) return false;
  circuit.apply([{ set: "overrides", to: overrides }]);
  for (const { by, why, grant: kind } of grants as readonly Grant[]) {
    circuit.emit({ type: "granted", kind, by, why });
  }
  return true;
}

/** Lets calls through after a trip: they are no evidence, but what they cost is booked. */
function granted(
  circuit: Circuit,
  lane: string,
  agent: string,
  applied: readonly Applied[],
  gate: Gate,
  stance: Stance,
): readonly Decision[] {
  const { judged } = unjudged(applied);
  circuit.useLane(lane, agent, stance.now);
  hold(circuit, lane, agent, applied, judged, gate, stance);
  return applied.map(({ id }) => ({
    verdict: "allow",
    findings: [],
    token: { ...tokenOf(circuit, id, lane), granted: true },
  }));
}

/** Counts a call that runs although it was refused; what it brings is learned, but is no evidence. */
export function passAnyway(
  circuit: Circuit,
  lane: string,
  agent: string,
  requested: RequestedCall,
): Token {
  const [applied] = numbered(circuit, [requested]) as [Applied];
  holdOne(circuit, lane, agent, applied, false, circuit.stance().now);
  return tokenOf(circuit, applied.id, lane);
}

/** Counts a call, holds what it needs and remembers it until its result is there. */
function holdOne(
  circuit: Circuit,
  lane: string,
  agent: string,
  { id, call, estimate, reservationId, signed }: Applied,
  counts: boolean,
  now: number,
): void {
  const limits = limitsFor(circuit.place(lane, agent, now), call);
  const postings = holdPostings(limits, estimate, now, circuit.settings.reservationMs);
  const inFlight: InFlight = {
    kind: call.kind,
    lane,
    generation: circuit.state.generation,
    reserved: estimate.likely,
    accounts: postings.map(({ account }) => account),
    expires: postings[0]!.expires,
    reservationId,
    estimatedTokens: estimate.estimatedTokens,
    counts,
    signed,
    ...(call.kind === "model" && { provider: call.provider, serviceTier: call.serviceTier }),
  };
  circuit.apply([
    { set: "in-flight", token: id, to: inFlight },
    ...postings.map((posting) => ({ post: posting, at: now }) as const),
  ]);
}

/** Numbers the calls for their tokens. */
function numbered(circuit: Circuit, calls: readonly RequestedCall[]): readonly Applied[] {
  const first = circuit.state.tokens + 1;
  circuit.apply([{ set: "tokens", to: circuit.state.tokens + calls.length }]);
  return calls.map((requested, index) => ({
    ...requested,
    id: circuit.tokenIds.at(first + index),
  }));
}

function unjudged(asked: readonly RequestedCall[]): RoundVerdict {
  return {
    judged: asked.map(() => allowed),
    trip: undefined,
    changes: [],
  };
}

/** Everything that a round asked for is refused when one of its calls stops the run. */
function stopped(
  circuit: Circuit,
  lane: string,
  applied: readonly Applied[],
  { judged, trip }: RoundVerdict,
  { now }: Stance,
): readonly Decision[] {
  const { machine } = circuit.state;
  const wait = machine.status === "open" ? remainingMs(machine, now) : undefined;
  return applied.map(({ id }, index) => {
    const own = judged[index]!.findings[0];
    const finding = own?.verdict === "open" ? own : trip!.finding;
    return refusedBy(denied(finding, wait), tokenOf(circuit, id, lane));
  });
}

/** Holds what is let through, and begins the round that waits for its results. */
function hold(
  circuit: Circuit,
  key: string,
  agent: string,
  applied: readonly Applied[],
  judged: readonly Judged[],
  gate: Gate,
  { now, enforced }: Stance,
): void {
  const open: string[] = [];
  for (const [index, asked] of applied.entries()) {
    const { verdict } = judged[index]!;
    const refused = verdict === "block" || verdict === "open";
    if (refused && enforced) continue;
    holdOne(circuit, key, agent, asked, !refused && gate.pass !== "no", now);
    if (asked.call.kind !== "model") open.push(asked.id);
  }
  if (open.length === 0) return;
  const probe = gate.pass === "probe" ? { probe: applied[0]!.id } : {};
  const { lane } = circuit.place(key, "", now);
  const round = { open, settled: [], spent: lane.answers, ...probe };
  circuit.apply([{ set: "lane", lane: key, to: { ...lane, round, answers: nothing } }]);
}

function decision(
  circuit: Circuit,
  { verdict, findings, contention }: Judged,
  token: Token,
  { enforced }: Stance,
): Decision {
  const [finding] = findings;
  if (finding !== undefined && (verdict === "warn" || verdict === "block")) {
    circuit.emit({ type: verdict, finding, observed: !enforced });
  }
  if (!enforced) return { verdict: "allow", findings, token };
  if (verdict !== "block") return { verdict, findings, token };
  const refused: Decision = { verdict, findings, token: { ...token, refused: true } };
  return contention ? { ...refused, retryAfterMs: contentionRetryMs } : refused;
}

function tokenOf(circuit: Circuit, id: string, lane: string): Token {
  return { id, lane, generation: circuit.state.generation };
}

function refusedBy({ finding, ...wait }: Denial, token: Token): Decision {
  return { verdict: "open", findings: [finding], token: { ...token, refused: true }, ...wait };
}
