import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import { createBreaker, type Breaker } from "../../src/breaker/breaker.ts";
import type {
  Decision,
  Outcome,
  Settlement,
  ToolCall,
  Verdict,
} from "../../src/vocabulary/call.ts";
import type { GuardEvent } from "../../src/vocabulary/events.ts";
import type { Lane } from "../../src/breaker/lane.ts";
import { manualClock, type ManualClock } from "./clock.ts";

export const cooldownMs = 30_000;
export const leaseMs = 60_000;

export interface Fixture {
  readonly breaker: Breaker;
  readonly lane: Lane;
  readonly clock: ManualClock;
  readonly events: GuardEvent[];
  /** The names of the events since it was last asked. */
  readonly told: () => string[];
}

/** A breaker on a clock of its own, without chance, and everything it tells. */
export function fixture(options: BreakerOptions = {}, clock = manualClock()): Fixture {
  const breaker = createBreaker({
    ...options,
    ports: { clock, random: () => 0, ...options.ports },
  });
  const events = listen(breaker);
  let read = 0;
  const told = () => {
    const names = events.slice(read).map(({ type }) => type);
    read = events.length;
    return names;
  };
  return { breaker, lane: breaker.agent("a"), clock, events, told };
}

/** Everything a breaker or a registry tells from now on, in order. */
export function listen(source: Pick<Breaker, "on">): GuardEvent[] {
  const events: GuardEvent[] = [];
  source.on("*", (event) => events.push(event));
  return events;
}

/** How a verdict is written down. */
export const letters: Readonly<Record<Verdict, string>> = {
  allow: ".",
  warn: "w",
  block: "b",
  open: "O",
};

/** The tool call that most tests make. Its name tells nothing, so its policy is unknown. */
export const use = (what: unknown = "x"): ToolCall => ({ kind: "tool", tool: "use", args: what });

export const success = (result: unknown = "same"): Outcome => ({ status: "success", result });

/** Asks for a call and lets it come back, if it is let through. */
export function once(
  lane: Lane,
  call: ToolCall = use(),
  outcome: Outcome = success(),
): { readonly decision: Decision; readonly settlement: Settlement } {
  const [decision] = lane.admitSync([call]);
  return { decision, settlement: lane.settleSync(decision.token, outcome) };
}

/** Asks for the same again until the circuit opens. */
export function trip(lane: Lane, call: ToolCall = use(), outcome?: Outcome): Decision {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { decision } = once(lane, call, outcome);
    if (decision.verdict === "open") return decision;
  }
  throw new Error("twenty identical calls have not opened the circuit");
}
