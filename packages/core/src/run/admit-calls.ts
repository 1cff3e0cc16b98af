import { admit, type Gate } from "../machine/admit.ts";
import { grantFor, usedUp } from "../machine/override.ts";
import { remainingMs } from "../machine/state.ts";
import { idleMs } from "../evidence/looks.ts";
import type { Decision, Token } from "../vocabulary/call.ts";
import type { Grant } from "../vocabulary/override.ts";
import { denied, forcedOpen, type Circuit, type Denial, type Enforcement } from "./circuit.ts";
import { finishRound } from "./finish-round.ts";
import { allowed, judgeRound, type JudgedCall, type TripCause } from "./judge-round.ts";
import { recordRound } from "./record-round.ts";
import type { RequestedCall } from "./requested-call.ts";
import { numberCalls, startCall, startRound, type NumberedCall } from "./start-calls.ts";
import { setEvidence, setOverrides } from "./write-state.ts";
import type { LaneName } from "./use-lane.ts";

/** How long a call should wait if only the reservations of other calls are in its way. */
const contentionRetryMs = 1_000;

/** The calls of one answer, and the lane that asks for them. */
interface Request extends Enforcement {
  readonly circuit: Circuit;
  readonly name: LaneName;
  readonly lane: string;
  readonly agent: string;
  readonly tellsBlocks: boolean;
  readonly calls: readonly NumberedCall[];
}

/** How an adapter asks for calls. */
interface AdmitCallsOptions {
  /** Whether the calls may probe. */
  readonly mayProbe?: boolean | undefined;
  /** Whether the adapter emits the `block` events itself. */
  readonly tellsBlocks?: boolean | undefined;
}

/** Decides about the calls of one answer, and starts those that pass. */
export function admitCalls(
  circuit: Circuit,
  name: LaneName,
  requested: readonly RequestedCall[],
  { mayProbe = true, tellsBlocks = false }: AdmitCallsOptions = {},
): readonly Decision[] {
  const { key: lane, agent } = name;
  const enforcement = circuit.enforcement();
  const { now, override, enforced } = enforcement;
  const calls = numberCalls(circuit, requested);
  const request: Request = { ...enforcement, circuit, name, lane, agent, calls, tellsBlocks };
  if (override?.force === "open") return deny(request, forcedOpen(override, agent, now));

  const { state, settings } = circuit;
  const isRound = calls.some(({ call }) => call.kind !== "model");
  const kind = isRound ? "round" : "model";
  const applicant = { lane, kind, token: calls[0]!.id, mayProbe } as const;
  const gate = admit(state.machine, applicant, now, settings.recovery);
  if (gate.next !== undefined) circuit.move(gate.next, enforcement);
  if (gate.pass === "no" && enforced) {
    if (useGrants(request)) return granted(request, gate);
    return deny(request, denied(circuit.report()!.finding, gate.retryAfterMs));
  }

  noteIdling(circuit, lane, now);
  circuit.useLane(name, now);
  const before = circuit.laneContext(lane, agent, now);
  if (isRound && before.lane.round !== undefined) finishRound(before, before.lane.round);
  const context = circuit.laneContext(lane, agent, now);
  // In the mode `observe` a run goes on after its trip: don't judge it again.
  if (gate.pass === "no")
    return start(
      request,
      calls.map(() => allowed),
      gate,
    );
  const verdict = judgeRound(context, calls, gate.pass === "probe");
  if (verdict.trip === undefined) recordRound(context, calls, verdict);
  else {
    circuit.open(verdict.trip, enforcement);
    if (enforced) return stopped(request, verdict.judged, verdict.trip);
  }
  return start(request, verdict.judged, gate);
}

/** Notes that a lane has let time pass outside of models and tools. */
function noteIdling({ state }: Circuit, key: string, now: number): void {
  const lane = state.lanes.get(key);
  const evidence = state.evidence.get(key);
  if (lane === undefined || evidence === undefined || state.pendingByLane.has(key)) return;
  if (now - lane.usedAt < idleMs) return;
  setEvidence(state, key, {
    ...evidence,
    lane: { ...evidence.lane, waits: evidence.lane.waits + 1 },
  });
}

function deny({ circuit, calls, lane }: Request, denial: Denial): readonly Decision[] {
  circuit.emit({ type: "deny", finding: denial.finding, observed: false });
  return calls.map(({ id }) => refusedBy(denial, tokenOf(circuit, id, lane)));
}

/** Uses up a grant for each call, if there are enough for all of them. */
function useGrants({ circuit, calls, now }: Request): boolean {
  let { overrides } = circuit.state;
  const grants = calls.map(({ call }) => {
    const found = grantFor(overrides, call.kind, now);
    if (found !== undefined) overrides = usedUp(overrides, found.id);
    return found;
  });
  if (grants.includes(undefined)) return false;
  setOverrides(circuit.state, overrides);
  for (const { by, why, grant: kind } of grants as readonly Grant[]) {
    circuit.emit({ type: "granted", kind, by, why });
  }
  return true;
}

/** Lets calls pass after a trip. They are no evidence, and guard books their cost. */
function granted(request: Request, gate: Gate): readonly Decision[] {
  const { circuit, name, lane, calls, now } = request;
  circuit.useLane(name, now);
  startAllowed(
    request,
    calls.map(() => allowed),
    gate,
  );
  return calls.map(({ id }) => ({
    verdict: "allow",
    findings: [],
    token: { ...tokenOf(circuit, id, lane), granted: true },
  }));
}

/** Refuses all calls of a round, if one of them stops the run. */
function stopped(
  { circuit, lane, calls, now }: Request,
  judged: readonly JudgedCall[],
  { finding: stop }: TripCause,
): readonly Decision[] {
  const { machine } = circuit.state;
  const wait = machine.status === "open" ? remainingMs(machine, now) : undefined;
  return calls.map(({ id }, index) => {
    const own = judged[index]!.findings[0];
    const finding = own?.verdict === "open" ? own : stop;
    return refusedBy(denied(finding, wait), tokenOf(circuit, id, lane));
  });
}

/** Starts the calls that pass, and returns the decisions. */
function start(request: Request, judged: readonly JudgedCall[], gate: Gate): readonly Decision[] {
  const { circuit, calls, lane } = request;
  startAllowed(request, judged, gate);
  return judged.map((call, index) =>
    decisionOf(request, call, tokenOf(circuit, calls[index]!.id, lane)),
  );
}

/** Starts the calls that pass, and the round that waits for their results. */
function startAllowed(
  { circuit, lane, agent, calls, now, enforced }: Request,
  judged: readonly JudgedCall[],
  { pass }: Gate,
): void {
  const open: string[] = [];
  for (const [index, call] of calls.entries()) {
    const { verdict } = judged[index]!;
    const refused = verdict === "block" || verdict === "open";
    if (refused && enforced) continue;
    startCall(circuit, lane, agent, call, !refused && pass !== "no", now);
    if (call.call.kind !== "model") open.push(call.id);
  }
  const probe = pass === "probe" ? calls[0]!.id : undefined;
  if (open.length > 0) startRound(circuit, lane, open, probe, now);
}

function decisionOf(
  { circuit, enforced, tellsBlocks }: Request,
  { verdict, findings, contention }: JudgedCall,
  token: Token,
): Decision {
  const [finding] = findings;
  const observed = !enforced;
  if (finding !== undefined && verdict === "warn")
    circuit.emit({ type: verdict, finding, observed });
  const isToldLater = tellsBlocks && enforced && !contention;
  if (finding !== undefined && verdict === "block" && !isToldLater) {
    circuit.emit({ type: verdict, finding, observed, executed: observed });
  }
  if (!enforced) return { verdict: "allow", findings, token };
  if (verdict !== "block") return { verdict, findings, token };
  const refused: Decision = { verdict, findings, token: { ...token, refused: true } };
  return contention ? { ...refused, retryAfterMs: contentionRetryMs } : refused;
}

function tokenOf({ state }: Circuit, id: string, lane: string): Token {
  return { id, lane, generation: state.generation };
}

function refusedBy({ finding, ...wait }: Denial, token: Token): Decision {
  return { verdict: "open", findings: [finding], token: { ...token, refused: true }, ...wait };
}
