import {
  OptionsError,
  type Breaker,
  type BreakerSource,
  type OverrideOptions,
  type TripReport,
} from "@guard/core";
import type { BaseMessage } from "@langchain/core/messages";
import { Command, END, interrupt, type LangGraphRunnableConfig } from "@langchain/langgraph";
import { checkSource, onTripOf } from "./graph-run.ts";
import { runAtLeast } from "./langgraph.ts";
import type { GuardRecord } from "./state.ts";
import { toClosing, toPartialAnswer } from "./to-answer.ts";

/** What the error node needs of a graph's state. */
interface TripState {
  readonly messages?: readonly BaseMessage[];
  readonly guard?: GuardRecord | undefined;
}

interface TripUpdate {
  messages: BaseMessage[];
  guard: GuardRecord;
}

/** What a human is asked by a breaker whose `onTrip` is `"ask"`: the value of the interrupt. */
export interface TripQuestion {
  readonly guard: "trip";
  /** What happened, in one sentence. */
  readonly text: string;
  readonly trip: TripReport | undefined;
}

/** What a human answers by `new Command({ resume })`: to stop here, or what the breaker shall let through. */
export type TripDecision = "stop" | OverrideOptions | readonly OverrideOptions[];

export interface TripNodeOptions<Node extends string> {
  /** The node that goes on after an approval: the one that calls the model. Needed for `onTrip: "ask"`. */
  readonly approved?: Node | undefined;
  /** The final answer of a run that was stopped. Default: what happened, in one sentence. */
  readonly answer?: ((trip: TripReport | undefined) => string) | undefined;
}

/**
 * The error node: answers the tool calls that nobody has answered, and ends the run with an answer of
 * its own; no model is called. What happened stands in the state, in `guard.trip`.
 *
 * With `approved` it returns a `Command`, so it needs no edge of its own but its `ends`; where the
 * breaker's `onTrip` is `"ask"` it first asks a human by an interrupt.
 *
 * @throws {OptionsError} for what is no source, and where there is nothing to go on with after an approval
 *
 * @example
 * builder.addNode("stopped", tripNode(registry)).addEdge("stopped", END);
 */
export function tripNode(
  source: BreakerSource,
  options?: TripNodeOptions<never>,
): (state: TripState, config: LangGraphRunnableConfig) => Promise<TripUpdate>;
export function tripNode<Node extends string>(
  source: BreakerSource,
  options: TripNodeOptions<Node> & { readonly approved: Node },
): (
  state: TripState,
  config: LangGraphRunnableConfig,
) => Promise<Command<unknown, TripUpdate & Record<string, unknown>, Node | typeof END>>;
export function tripNode<Node extends string>(
  source: BreakerSource,
  { approved, answer }: TripNodeOptions<Node> = {},
): (
  state: TripState,
  config: LangGraphRunnableConfig,
) => Promise<
  TripUpdate | Command<unknown, TripUpdate & Record<string, unknown>, Node | typeof END>
> {
  checkSource(source);
  if (onTripOf(source) === "ask") requireApproved(approved);
  return async (state: TripState, config: LangGraphRunnableConfig) => {
    const run = runAtLeast(source, config, state);
    const { breaker } = run;
    const messages = state.messages ?? [];
    const isAnswered = run.answered;
    const text = tripText(breaker);
    if (text === undefined) {
      const update = { messages: [], guard: run.record() };
      return approved === undefined ? update : new Command({ goto: approved, update });
    }
    run.answered = true;
    if (breaker.onTrip === "ask") {
      const goto = requireApproved(approved);
      const question: TripQuestion = { guard: "trip", text, trip: breaker.trip };
      const decision = interrupt<TripQuestion, TripDecision>(question);
      if (decision !== "stop") {
        approve(breaker, decision);
        run.approve();
        const update = { messages: [...toClosing(messages, text)], guard: run.record() };
        return new Command({ goto, update });
      }
    }
    const own = toPartialAnswer(answer === undefined ? undefined : answer(breaker.trip), text);
    const update = {
      messages: isAnswered ? [] : [...toClosing(messages, text), own],
      guard: run.record(),
    };
    return approved === undefined ? update : new Command({ goto: END, update });
  };
}

/** What stops a run, in one sentence; `undefined` if nothing does. */
function tripText(breaker: Breaker): string | undefined {
  const lane = breaker.agent();
  const decision = lane.check();
  const finding = breaker.trip?.finding ?? decision.findings[0];
  if (finding === undefined) return undefined;
  return lane.toError({ ...decision, verdict: "open", findings: [finding] }).message;
}

/** Says all that was approved over the breaker, or nothing of it. */
function approve(breaker: Breaker, decision: Exclude<TripDecision, "stop">): void {
  const overrides = Array.isArray(decision) ? decision : [decision];
  const lifts: (() => void)[] = [];
  try {
    for (const override of overrides) lifts.push(breaker.override(override as OverrideOptions));
  } catch (error) {
    for (const lift of lifts) lift();
    throw error;
  }
}

function requireApproved<Node extends string>(approved: Node | undefined): Node {
  if (approved !== undefined) return approved;
  throw new OptionsError([
    'approved: expected the node that goes on after an approval, because onTrip is "ask"',
  ]);
}
