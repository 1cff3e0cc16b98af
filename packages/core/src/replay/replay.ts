import { createBreaker, type Breaker } from "../breaker/breaker.ts";
import type { BreakerOptions } from "../breaker/breaker-options.ts";
import { toNanoUsd, toUsd } from "../budget/amounts.ts";
import type { Call, Decision, Finding, Outcome } from "../vocabulary/call.ts";
import type { Lane } from "../breaker/lane.ts";
import type {
  RecordedEvent,
  RecordedHandoff,
  RecordedModelCall,
  RecordedToolCall,
} from "../vocabulary/recorded-event.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** What a configuration would have done to a recorded run. */
export interface ReplayResult {
  readonly id: string;
  /** Tool calls and hand-offs of the run. */
  readonly calls: number;
  /** The first call (1-based) that was warned about, or `null`. */
  readonly warned: number | null;
  /** The first call that was refused, or `null`. */
  readonly blocked: number | null;
  /** The call at which the run was stopped, or `null`. */
  readonly opened: number | null;
  /** The rule, agent and tool of the strongest verdict. */
  readonly rule: Finding["rule"] | null;
  readonly agent: string | null;
  readonly tool: string | null;
  /** Calls from the first that was refused, or that stopped the run, to the end. */
  readonly wastedCalls: number;
  /** What the recording says that these calls, and the model calls after them, have cost. */
  readonly savedUsd: number;
}

type RecordedCall = RecordedToolCall | RecordedHandoff;
type Strength = "warned" | "blocked" | "opened";

const strengthOf = { warn: "warned", block: "blocked", open: "opened" } as const;

/**
 * Judges a recorded run with another configuration. A call that is refused adds no evidence, and
 * judging stops where the run would have been stopped; that a refused agent might have changed its mind
 * is not pretended. Where a run ends before a verdict that its last call, asked for once more, would
 * meet, that verdict has the last call's index.
 *
 * @throws {OptionsError} for bad options
 *
 * @example
 * const result = replay({ id: "r1", events }, { preset: "strict" });
 * if (result.opened !== null) console.log(`stopped at call ${result.opened}: ${result.rule}`);
 */
export function replay(run: RecordedRun, options: BreakerOptions = {}): ReplayResult {
  const { events } = run;
  let now = 0;
  const breaker = createBreaker({
    ...options,
    mode: "enforce",
    store: undefined,
    record: undefined,
    ports: { clock: () => now, random: () => 0 },
  });
  const lanes = new Lanes(breaker, events);
  const met = new Map<Strength, { index: number; finding: Finding }>();
  const note = (decision: Decision, index: number) => {
    if (decision.verdict === "allow") return;
    const strength = strengthOf[decision.verdict];
    if (!met.has(strength)) met.set(strength, { index, finding: decision.findings[0]! });
  };

  let index = 0;
  for (const round of rounds(events)) {
    const [first] = round;
    now = first.t ?? now;
    if (first.type === "user") lanes.heard(first);
    else if (first.type === "model") answered(lanes.of(first), first);
    else {
      for (const decision of asked(
        lanes.of(first),
        round as readonly RecordedEvent[] as readonly RecordedCall[],
      )) {
        index += 1;
        note(decision, index);
        if (met.has("opened")) break;
      }
    }
    if (met.has("opened")) break;
  }

  const last = events.findLast((event) => isCall(event));
  if (last !== undefined && !met.has("opened")) {
    const [decision] = lanes.of(last).admitSync([callOf(last)]);
    note(decision, index);
  }
  return result(run, met);
}

function result(
  { id, events }: RecordedRun,
  met: ReadonlyMap<Strength, { index: number; finding: Finding }>,
): ReplayResult {
  const calls = events.filter((event) => isCall(event)).length;
  const strongest = met.get("opened") ?? met.get("blocked") ?? met.get("warned");
  const stops = [met.get("blocked"), met.get("opened")].flatMap((stop) => stop?.index ?? []);
  const stop = stops.length === 0 ? undefined : Math.min(...stops);
  return {
    id,
    calls,
    warned: met.get("warned")?.index ?? null,
    blocked: met.get("blocked")?.index ?? null,
    opened: met.get("opened")?.index ?? null,
    rule: strongest?.finding.rule ?? null,
    agent: strongest?.finding.agent ?? null,
    tool: strongest?.finding.tool ?? null,
    wastedCalls: stop === undefined ? 0 : calls - stop + 1,
    savedUsd: stop === undefined ? 0 : costFrom(events, stop),
  };
}

/** The lanes of a recording, one for each agent. The first agent talks to the user. */
class Lanes {
  readonly #breaker: Breaker;
  readonly #root: string;
  readonly #turns = new Map<string, number>();

  constructor(breaker: Breaker, events: readonly RecordedEvent[]) {
    this.#breaker = breaker;
    this.#root =
      events.map((event) => agentOf(event)).find((agent) => agent !== undefined) ?? "agent";
  }

  /** The lane of an event; a changed turn number is a different user message to it. */
  of(event: RecordedEvent): Lane {
    const agent = agentOf(event) ?? this.#root;
    const lane = this.#breaker.agent(agent);
    const { turn } = event;
    if (turn !== undefined && this.#turns.get(agent) !== turn) {
      this.#turns.set(agent, turn);
      lane.userMessage(`turn ${turn}`);
    }
    return lane;
  }

  heard(event: RecordedEvent & { type: "user" }): void {
    const lane = this.of(event);
    if (event.turn === undefined) lane.userMessage(event.text ?? "");
  }
}

function agentOf(event: RecordedEvent): string | undefined {
  return event.type === "handoff" ? event.from : event.agent;
}

/** Events one by one, and neighbouring calls of one agent's round together. */
function* rounds(
  events: readonly RecordedEvent[],
): Generator<readonly [RecordedEvent, ...RecordedEvent[]]> {
  let round: [RecordedEvent, ...RecordedEvent[]] | undefined;
  for (const event of events) {
    if (round !== undefined && isSameRound(round[0], event)) {
      round.push(event);
      continue;
    }
    if (round !== undefined) yield round;
    round = [event];
  }
  if (round !== undefined) yield round;
}

function isSameRound(a: RecordedEvent, b: RecordedEvent): boolean {
  return (
    isCall(a) &&
    isCall(b) &&
    a.round !== undefined &&
    a.round === b.round &&
    a.turn === b.turn &&
    agentOf(a) === agentOf(b)
  );
}

function isCall(event: RecordedEvent): event is RecordedCall {
  return event.type === "tool" || event.type === "handoff";
}

function answered(lane: Lane, { model, inputTokens, outputTokens, usd }: RecordedModelCall): void {
  const [decision] = lane.admitSync([{ kind: "model", ...(model === undefined ? {} : { model }) }]);
  lane.settleSync(decision.token, {
    status: "success",
    usage: {
      ...(inputTokens === undefined ? {} : { inputTokens }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
      ...(usd === undefined ? {} : { usd }),
    },
  });
}

function asked(lane: Lane, round: readonly RecordedCall[]): readonly Decision[] {
  const decisions: readonly Decision[] = lane.admitSync(round.map((call) => callOf(call)));
  for (const [index, { token }] of decisions.entries())
    lane.settleSync(token, outcomeOf(round[index]!));
  return decisions;
}

function callOf(event: RecordedCall): Call {
  if (event.type === "handoff") return { kind: "delegation", to: event.to, task: event.task };
  const { tool, args, policy } = event;
  return { kind: "tool", tool, args, ...(policy === undefined ? {} : { policy }) };
}

function outcomeOf(event: RecordedCall): Outcome {
  const usage = event.usd === undefined ? {} : { usage: { usd: event.usd } };
  if (event.type === "handoff") return { status: "success", ...usage };
  return event.error === true
    ? { status: "failure", error: event.result, ...usage }
    : { status: "success", result: event.result, ...usage };
}

/** The recorded cost from the `first` call (1-based) on. */
function costFrom(events: readonly RecordedEvent[], first: number): number {
  let calls = 0;
  let usd = 0;
  for (const event of events) {
    if (isCall(event)) calls += 1;
    if (calls >= first && event.type !== "user") usd += event.usd ?? 0;
  }
  // Sums of decimal fractions carry digits that no call has cost.
  return toUsd(toNanoUsd(usd));
}
