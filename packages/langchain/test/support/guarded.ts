import {
  createRegistry,
  type Breaker,
  type Call,
  type GuardEvent,
  type GuardOptions,
  type Outcome,
  type Registry,
} from "@guard/core";
import { listen } from "guard-test-support";
import { vi } from "vitest";
import { GuardCallbackHandler } from "../../src/index.ts";

export interface Guarded {
  readonly registry: Registry;
  readonly handler: GuardCallbackHandler;
  /** What the registry's breakers have told, in order. */
  readonly events: GuardEvent[];
}

/** A handler over a registry, and everything that its breakers tell. */
export function guarded(options: GuardOptions = {}): Guarded {
  const registry = createRegistry(options);
  return { registry, handler: new GuardCallbackHandler(registry), events: listen(registry) };
}

export interface Overheard {
  /** Every call that was asked for, in order. */
  readonly asked: Call[];
  /** Every outcome that was told, in order, without the text of answers. */
  readonly told: Outcome[];
}

/** Listens to what the adapter says to a breaker. */
export function overhear(breaker: Breaker): Overheard {
  const asked: Call[] = [];
  const told: Outcome[] = [];
  const agent = breaker.agent.bind(breaker);
  vi.spyOn(breaker, "agent").mockImplementation((...names) => {
    const lane = agent(...names);
    const [admit, settle] = [lane.admit.bind(lane), lane.settle.bind(lane)];
    lane.admit = (calls, options) => {
      asked.push(...calls);
      return admit(calls, options);
    };
    lane.settle = (token, outcome) => {
      told.push(withoutText(outcome));
      return settle(token, outcome);
    };
    return lane;
  });
  return { asked, told };
}

function withoutText(outcome: Outcome): Outcome {
  if (outcome.status !== "success") return outcome;
  const { result: _, ...told } = outcome;
  return told;
}
