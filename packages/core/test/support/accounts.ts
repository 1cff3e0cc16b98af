import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import type { Decision, ModelCall, Outcome } from "../../src/vocabulary/call.ts";
import type { GuardEvent } from "../../src/vocabulary/events.ts";
import type { Lane } from "../../src/breaker/lane.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import { createRegistry, type Registry } from "../../src/breaker/registry.ts";
import { manualClock, type ManualClock } from "./clock.ts";

export const ask = (usd?: number): ModelCall => ({
  kind: "model",
  model: "m",
  ...(usd === undefined ? {} : { estimate: { usd } }),
});

export const answered = (usd: number): Outcome => ({
  status: "success",
  usage: { inputTokens: 60, outputTokens: 40, usd },
});

export interface House {
  readonly registry: Registry;
  readonly clock: ManualClock;
  readonly events: GuardEvent[];
  /** A lane of a run of its own. */
  readonly run: (options?: BreakerOptions, agent?: string) => Lane;
}

/** A registry on a clock of its own, and what is told of money. */
export function house(options: GuardOptions = {}, clock = manualClock()): House {
  let chance = 0;
  const random = () => (chance = (chance + 0.137) % 1); // runs are told apart by it
  const registry = createRegistry({
    ...options,
    ports: { clock, random, ...options.ports },
  });
  const events: GuardEvent[] = [];
  for (const name of ["budget-alert", "missing-usage", "unpriced", "port-error", "trip"] as const) {
    registry.on(name, (event) => events.push(event));
  }
  const run = (own: BreakerOptions = {}, agent?: string) => registry.breaker(own).agent(agent);
  return { registry, clock, events, run };
}

/** Makes a model call that costs `usd`, if it is let through. */
export async function spend(lane: Lane, usd: number, estimate?: number): Promise<Decision> {
  const [decision] = await lane.admit([ask(estimate)]);
  await lane.settle(decision.token, answered(usd));
  return decision;
}
