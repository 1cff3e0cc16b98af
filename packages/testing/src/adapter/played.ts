import {
  createBreaker,
  type Breaker,
  type Finding,
  type GuardEvent,
  type GuardOptions,
  type RecordedEvent,
  type Registry,
} from "@guard/core";
import { manualClock } from "../manual-clock.ts";
import { seededRandom } from "../seeded-random.ts";
import { tools } from "./conversations.ts";
import type { AdapterHarness, AdapterRun, AdapterSetup } from "./harness.ts";

/** A run of the framework under guard, with guard's events and recording. */
export interface Played {
  readonly run: AdapterRun;
  readonly breaker: Breaker;
  readonly events: readonly GuardEvent[];
  /** The recorded tool calls. */
  readonly recorded: readonly Extract<RecordedEvent, { type: "tool" }>[];
}

/** Options without wall clock, chance and console. */
export const still = (): GuardOptions => ({
  ports: { clock: manualClock(), random: seededRandom(1) },
  warnings: false,
});

/** Runs a script on its own breaker. */
export async function played(
  harness: AdapterHarness,
  script: AdapterSetup["script"],
  options: GuardOptions = {},
): Promise<Played> {
  const recorded: Extract<RecordedEvent, { type: "tool" }>[] = [];
  const record = (_run: string, event: RecordedEvent) => {
    if (event.type === "tool") recorded.push(event);
  };
  const breaker = createBreaker({ ...still(), record, ...options });
  const events = listen(breaker);
  const run = await harness.run({ source: breaker, script, tools });
  return { run, breaker, events, recorded };
}

export const judgements = ["warn", "block", "trip"] as const;

/** Collects the verdicts of the rules from now on. */
export function listen(source: Pick<Registry, "on">): GuardEvent[] {
  const events: GuardEvent[] = [];
  for (const name of judgements) source.on(name, (event) => events.push(event));
  return events;
}

/** The findings of all events of that name. */
export function findingsOf(events: readonly GuardEvent[], name: "warn" | "block"): Finding[] {
  return events.flatMap((event) => (event.type === name ? [event.finding] : []));
}

/** How many calls reached the model, and how many tools ran. */
export function countsOf(run: AdapterRun): Pick<AdapterRun, "modelCalls" | "toolRuns"> {
  return { modelCalls: run.modelCalls, toolRuns: run.toolRuns };
}
