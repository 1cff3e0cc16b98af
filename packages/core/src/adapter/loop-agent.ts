import { refuse, unexpected } from "../options/check-value.ts";
import { Agent } from "./agent.ts";

/** The agent of a loop that you have written yourself. `asRun` gives it to your loop: pass it to `askModel` and `useTool`. */
export interface LoopAgent {
  /** The agent's name, as in events and in the option `limits.agents`. */
  readonly name: string;
}

/**
 * The agent behind a {@link LoopAgent}.
 *
 * @throws {TypeError} for what `asRun` has not given
 */
export function agentOf(given: LoopAgent): Agent {
  if (given instanceof Agent) return given;
  const instead = "asRun(registry, async (agent) => { … })";
  refuse("agent", unexpected("", "the agent that asRun gives to your loop", given, instead));
}
