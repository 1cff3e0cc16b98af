import type { BreakerSource } from "@guard/core";
import { Handoffs, type HandoffOptions } from "@guard/core/adapter";
import { checkOnTrip } from "./check-on-trip.ts";
import { RunHandler } from "./run-handler.ts";
import { isAnswerKept, type Ways } from "./run-tree.ts";
import { recordIn } from "./record.ts";

/**
 * Guards every run it is given to: counts what the model's answers ask for, takes results from the
 * tools and from the messages of the next request, and refuses at the start of a tool and of the next
 * model call. After a trip nothing of the run starts any more, and `invoke` or the stream rejects with
 * a `CircuitOpenError`.
 *
 * Give it to `invoke`, `stream` or `withConfig`: callbacks of a constructor don't reach tools and
 * models. With a registry each root run has a breaker of its own, so one handler serves all users.
 *
 * A call of a tool that runs an agent is a delegation with its arguments as the task: from the second on by
 * itself, from the first on where the option `handoff` says so.
 *
 * @throws {OptionsError} for an invalid source, and for invalid options
 *
 * @example
 * const guard = new GuardCallbackHandler(createRegistry({ budget: { usd: 5 } }));
 * await agent.invoke({ messages }, { callbacks: [guard] });
 */
export class GuardCallbackHandler extends RunHandler {
  constructor(source: BreakerSource, options: Pick<HandoffOptions, "handoff"> = {}) {
    super(source, waysOfAgents(options));
  }
}

/** How runs of agents are followed. */
export function waysOfAgents(options: HandoffOptions = {}): Ways {
  return {
    handoffs: new Handoffs(options),
    learnsHandoffs: true,
    keepsAnswer: isAnswerKept,
    recordIn,
    isKeptByName: false,
    check: checkOnTrip,
  };
}
