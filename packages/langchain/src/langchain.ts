import type { BreakerSource } from "@guard/core";
import { Handoffs, type HandoffOptions } from "@guard/core/adapter";
import { checkOnTrip } from "./check-on-trip.ts";
import { RunHandler } from "./run-handler.ts";
import { isAnswerKept } from "./kept-answer.ts";
import type { Ways } from "./run.ts";
import { recordIn } from "./record.ts";

/**
 * A callback handler that guards each run it is given to. It counts the calls that the model's answers ask for, and it
 * refuses tools and model calls when they start. After a trip nothing of the run starts any more, and `invoke` or the
 * stream rejects with a `CircuitOpenError`.
 *
 * Use `guardAgent` for an agent of `createAgent`: it places this handler, and LangChain prints nothing. A handler alone can
 * only throw, so `onTrip` must be `"throw"`, and LangChain prints a line for each error of the handler.
 *
 * Give the handler to `invoke`, `stream` or `withConfig`: callbacks of a constructor don't reach tools and models. With a
 * registry each root run has a breaker of its own, so one handler serves all users.
 *
 * A call of a tool that runs an agent counts as a delegation. The arguments of the call are the task. guard finds such
 * tools by itself from the second call on. The option `handoff` names them from the first call on.
 *
 * @throws {OptionsError} for an invalid source or an unknown option
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

/** How guard follows the runs of agents. */
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
