import { checkFunction } from "../options/check-value.ts";
import type { LoopAgent } from "./loop-agent.ts";
import { currentScope, runsOf } from "./runs.ts";
import type { BreakerSource } from "./source.ts";

let runsBegun = 0;

/**
 * Guards a loop that you have written yourself, as one run. With a registry the run has a breaker of its own. Guarded
 * functions, clients and agents of any framework that you use inside `body` belong to this run.
 *
 * @param body your loop. `askModel` and `useTool` take the agent that it gets
 * @param agent the agent's name. Default: `"agent"`
 * @throws {TypeError} for a body that is no function
 * @throws {OptionsError} for a wrong source, and for an `onTrip` other than `"throw"`
 * @throws {CircuitOpenError} when guard has stopped the run, also if `body` caught the error
 *
 * @example
 * const text = await asRun(registry, async (agent) => {
 *   const { calls, text } = await askModel(agent, { kind: "model", model, prompt }, send, toAnswer);
 *   for (const call of calls) await useTool(agent, call, () => tools[call.tool](call.args));
 *   return text;
 * });
 */
export async function asRun<T>(
  source: BreakerSource,
  body: (agent: LoopAgent) => PromiseLike<T>,
  agent?: string,
): Promise<T> {
  checkFunction(body, "body", "asRun(registry, async (agent) => { … })");
  const run = runsOf(source).run(`by-hand-${(runsBegun += 1)}`);
  // A loop inside another is an instance of its own, even if both agents have the same name.
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
