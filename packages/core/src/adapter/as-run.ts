import { checkFunction } from "../breaker/check-arguments.ts";
import type { Agent } from "./agent.ts";
import { currentScope, runsOf } from "./runs.ts";
import type { BreakerSource } from "./source.ts";

let runsBegun = 0;

/**
 * Runs a loop by hand as one run of guard's, which ends with it: one job, with a breaker of its own if the source is a
 * registry. What is guarded inside it belongs to the run: functions, clients, agents of any framework.
 *
 * @param agent the name of the agent whose loop it is. Default: `"agent"`
 * @throws {TypeError} for a body that is no function
 * @throws {OptionsError} for what is no source, and for an `onTrip` other than `"throw"`
 * @throws {CircuitOpenError} that has stopped the run, also where `body` has swallowed it
 *
 * @example
 * const text = await asRun(registry, (agent) => loop(agent, "Find the port."));
 */
export async function asRun<T>(
  source: BreakerSource,
  body: (agent: Agent) => PromiseLike<T>,
  agent?: string,
): Promise<T> {
  checkFunction(body, "body", "asRun(registry, async (agent) => { … })");
  const run = runsOf(source).run(`by-hand-${(runsBegun += 1)}`);
  // Inside another loop it is an instance of its own, also where both agents have one name.
  const instance = currentScope() === undefined ? "" : run.id;
  let result: T;
  try {
    result = await run.within(() => body(run.agent(agent, instance)), instance);
  } catch (error) {
    await run.end(true);
    throw error;
  }
  const swallowed = await run.end();
  if (swallowed !== undefined) throw swallowed;
  return result;
}
