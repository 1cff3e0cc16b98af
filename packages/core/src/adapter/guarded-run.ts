import type { BreakerLane } from "../breaker/breaker-lane.ts";
import { Agent } from "./agent.ts";
import { Run } from "./run.ts";
import { laneOf } from "./turns.ts";

/** One root run under guard, with its agents. */
export class GuardedRun extends Run {
  readonly #agents = new Map<string, Map<string, Lane>>();

  /** An agent of the run; `instance` tells agents of that name apart. Always the same object. */
  agent(name = "agent", instance = ""): Agent {
    const lanes = this.#agents.get(instance) ?? new Map<string, Lane>();
    this.#agents.set(instance, lanes);
    const key = laneOf({ agent: name, instance });
    const known = lanes.get(key);
    if (known !== undefined) return known.agent;
    this.handoffs.seeAgent(name);
    const lane = this.breaker.agent(name, instance) as BreakerLane;
    const agent = new Agent(this, name, lane);
    lanes.set(key, { agent, lane });
    return agent;
  }

  /** An instance has ended, with all agents that were told apart by it. */
  endInstance(instance: string): void {
    for (const { lane } of this.#agents.get(instance)?.values() ?? []) lane.end();
    this.#agents.delete(instance);
  }
}

interface Lane {
  readonly agent: Agent;
  readonly lane: BreakerLane;
}
