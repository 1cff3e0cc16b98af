import { createBreaker, type Breaker } from "../breaker/breaker.ts";
import type { BreakerOptions } from "../breaker/breaker-options.ts";
import { toNanoUsd, toUsd } from "../budget/amounts.ts";
import type { Call, Decision, Finding, Outcome } from "../vocabulary/call.ts";
import type { Lane } from "../breaker/lane.ts";
import type { RecordedEvent, RecordedModelCall } from "../vocabulary/recorded-event.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { Lanes } from "./recorded-lanes.ts";
import { isCall, rounds, type RecordedCall } from "./recorded-rounds.ts";

/** What other options would have done to a recorded run. */
export interface ReplayResult {
  readonly id: string;
  /** How many tool calls and hand-offs the run has. */
  readonly calls: number;
  /** The first call (from 1) with a warning, or `null`. A verdict on a model call has the index of the next call. */
  readonly warned: number | null;
  /** The first refused call, or `null`. */
  readonly blocked: number | null;
  /** The call at which guard stops the run, or `null`. */
  readonly opened: number | null;
  /** The rule, agent and tool of the strongest verdict. */
  readonly rule: Finding["rule"] | null;
  readonly agent: string | null;
  readonly tool: string | null;
  /** How many calls there are from the first refused call, or the stop, to the end. */
  readonly wastedCalls: number;
  /** The recorded cost of everything from there on, in USD. */
  readonly savedUsd: number;
  /** What the last call would get if the agent asked for it once more. No other field tells this. */
  readonly next: "block" | "open" | null;
  /** The line for the options that would have let the refused call pass, if there is one. */
  readonly cure: string | null;
}

type Strength = "warned" | "blocked" | "opened";

/** A verdict, its call, and its event. */
interface Met {
  readonly index: number;
  readonly event: number;
  readonly finding: Finding;
}

const strengthOf = { warn: "warned", block: "blocked", open: "opened" } as const;

/**
 * Judges a recorded run with other options. A refused call adds no evidence, and judging ends where guard would have
 * stopped the run. Replay does not guess what a refused agent would have done instead.
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
  const breaker: Breaker = createBreaker({
    ...options,
    mode: "enforce",
    store: undefined,
    record: undefined,
    ports: { clock: () => now, random: () => 0 },
  });
  const lanes = new Lanes(breaker, events);
  const hasModelTimes = events.some(({ type, t }) => type === "model" && t !== undefined);
  const met = new Map<Strength, Met>();
  const note = (decision: Decision, index: number, event: number) => {
    if (decision.verdict === "allow") return;
    const strength = strengthOf[decision.verdict];
    if (!met.has(strength)) met.set(strength, { index, event, finding: decision.findings[0]! });
  };

  let calls = 0;
  let event = 0;
  for (const round of rounds(events)) {
    const [first] = round;
    now = Math.max(
      now,
      first.type === "user" ? saidAt(events, event) : beganAt(first, now, hasModelTimes),
    );
    const settleAt = () => void (now = Math.max(now, round.at(-1)!.t ?? now));
    if (first.type === "user") lanes.heard(first);
    else if (first.type === "model") {
      const decision = answered(lanes.of(first), first, settleAt);
      note(decision, calls + 1, event);
    } else {
      const asked = round as readonly RecordedEvent[] as readonly RecordedCall[];
      for (const decision of made(lanes.of(first), asked, settleAt)) {
        calls += 1;
        note(decision, calls, event);
        event += 1;
        if (met.has("opened")) break;
      }
      event -= round.length;
      lanes.finished(asked);
    }
    event += round.length;
    if (met.has("opened")) break;
  }

  const last = met.has("opened") ? undefined : events.findLast((one) => isCall(one));
  const next = last && lanes.of(last).admitSync([callOf(last)])[0].verdict;
  return result(run, met, next === "block" || next === "open" ? next : null);
}

/**
 * When the agent asked for something. If a recording has no durations, the time before an event belongs to the event:
 * nothing is idle time.
 */
function beganAt(
  event: Exclude<RecordedEvent, { type: "user" }>,
  now: number,
  hasModelTimes: boolean,
): number {
  const { t = now } = event;
  if (event.ms !== undefined) return t - event.ms;
  return hasModelTimes ? now : t;
}

/** When the user spoke. If the recording does not tell, the time of the next event with a time. */
function saidAt(events: readonly RecordedEvent[], index: number): number {
  const next = events.slice(index).find(({ t }) => t !== undefined);
  const tookMs = next === undefined || next.type === "user" ? 0 : (next.ms ?? 0);
  return (next?.t ?? 0) - tookMs;
}

function result(
  { id, events }: RecordedRun,
  met: ReadonlyMap<Strength, Met>,
  next: ReplayResult["next"],
): ReplayResult {
  const calls = events.filter((event) => isCall(event)).length;
  const [blocked, opened] = [met.get("blocked"), met.get("opened")];
  const strongest = opened ?? blocked ?? met.get("warned");
  const stops = [blocked, opened].filter((stop) => stop !== undefined);
  const stop = stops.toSorted((a, b) => a.event - b.event)[0];
  return {
    id,
    calls,
    warned: met.get("warned")?.index ?? null,
    blocked: blocked?.index ?? null,
    opened: opened?.index ?? null,
    rule: strongest?.finding.rule ?? null,
    agent: strongest?.finding.agent ?? null,
    tool: strongest?.finding.tool ?? null,
    wastedCalls: stop === undefined ? 0 : calls - stop.index + 1,
    savedUsd: stop === undefined ? 0 : costFrom(events, stop.event),
    next,
    cure: (stop?.finding ?? strongest?.finding)?.cure ?? null,
  };
}

/** The outcome of an answer without a text: guard does not know whether it asked for calls. */
const unread = {};

function answered(
  lane: Lane,
  { model, text, error, inputTokens, outputTokens, usd }: RecordedModelCall,
  settleAt: () => void,
): Decision {
  const [decision] = lane.admitSync([{ kind: "model", ...(model === undefined ? {} : { model }) }]);
  settleAt();
  const usage = {
    ...(inputTokens === undefined ? {} : { inputTokens }),
    ...(outputTokens === undefined ? {} : { outputTokens }),
    ...(usd === undefined ? {} : { usd }),
  };
  const outcome: Outcome =
    error === true
      ? { status: "failure", error: text, usage }
      : { status: "success", result: text ?? unread, usage };
  lane.settleSync(decision.token, outcome);
  return decision;
}

function made(
  lane: Lane,
  round: readonly RecordedCall[],
  settleAt: () => void,
): readonly Decision[] {
  const decisions: readonly Decision[] = lane.admitSync(round.map((call) => callOf(call)));
  settleAt();
  for (const [index, { token }] of decisions.entries())
    lane.settleSync(token, outcomeOf(round[index]!));
  return decisions;
}

function callOf(event: RecordedCall): Call {
  if (event.type === "handoff") {
    const { to, task, taskId } = event;
    return { kind: "delegation", to, task, ...(taskId === undefined ? {} : { taskId }) };
  }
  const { tool, args, policy } = event;
  return { kind: "tool", tool, args, ...(policy === undefined ? {} : { policy }) };
}

function outcomeOf(event: RecordedCall): Outcome {
  const usage = event.usd === undefined ? {} : { usage: { usd: event.usd } };
  if (event.error === true) return { status: "failure", error: event.result, ...usage };
  return "result" in event
    ? { status: "success", result: event.result, ...usage }
    : { status: "success", ...usage };
}

/** The recorded cost from an event on. */
function costFrom(events: readonly RecordedEvent[], first: number): number {
  let usd = 0;
  for (const event of events.slice(first)) if (event.type !== "user") usd += event.usd ?? 0;
  // Sums of decimal fractions have rounding errors.
  return toUsd(toNanoUsd(usd));
}
