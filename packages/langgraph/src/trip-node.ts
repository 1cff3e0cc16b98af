import { OptionsError, type BreakerSource, type TripReport } from "@guard/core";
import {
  isApproved,
  runsOf,
  textsOf,
  whatStopped,
  type GuardedRun,
  type TripDecision,
  type TripQuestion,
} from "@guard/core/adapter";
import { enclosingTool, toClosing } from "@guard/langchain/run-handler";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import { Command, END, interrupt, type LangGraphRunnableConfig } from "@langchain/langgraph";
import { findRun, guardedIn } from "./find-run.ts";
import type { GuardRecord } from "./state.ts";
import { asLastWord, isLastWord, toLastRequest } from "./to-answer.ts";

/** What the error node needs of a graph's state. */
interface TripState {
  readonly messages?: readonly BaseMessage[];
  readonly guard?: GuardRecord | undefined;
}

interface TripUpdate {
  messages: BaseMessage[];
  guard: GuardRecord;
}

export type { TripDecision, TripQuestion } from "@guard/core/adapter";

export interface TripNodeOptions<Node extends string> {
  /** The node that goes on after an approval: the one that calls the model. Needed for `onTrip: "ask"`. */
  readonly approved?: Node | undefined;
  /** The final answer of a run that was stopped. Default: what happened, in one sentence. */
  readonly answer?: ((trip: TripReport | undefined) => string) | undefined;
  /** The model, without tools, that gives the final answer. Needed for `onTrip: "wind-down"`. */
  readonly windDown?: LastModel | undefined;
}

/** A chat model, or a chain that ends in one. */
interface LastModel {
  invoke(messages: BaseMessage[], config?: LangGraphRunnableConfig): Promise<BaseMessage>;
}

/**
 * The error node: answers the open tool calls, and ends the run with an answer of its own, without a
 * model call. `guard.trip` in the state says what happened.
 *
 * Where the breaker's `onTrip` is `"wind-down"` the answer is that of the model `windDown`, in one granted
 * call for each trip; if that fails or asks for a tool, it is the node's own.
 *
 * With `approved` it returns a `Command`, so it needs no edge of its own but its `ends`; where the
 * breaker's `onTrip` is `"ask"` it first asks a human by an interrupt.
 *
 * @throws {OptionsError} for an invalid source, where there is nothing to go on with after an approval, and
 *   where there is no model to wind down with
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
  { approved, answer, windDown }: TripNodeOptions<Node> = {},
): (
  state: TripState,
  config: LangGraphRunnableConfig,
) => Promise<
  TripUpdate | Command<unknown, TripUpdate & Record<string, unknown>, Node | typeof END>
> {
  const { onTrip } = runsOf(source);
  if (onTrip === "ask") requireApproved(approved);
  if (onTrip === "wind-down") requireModel(windDown);
  return async (state: TripState, config: LangGraphRunnableConfig) => {
    const run = guardedIn(source, config, state);
    const { breaker } = run;
    const messages = state.messages ?? [];
    const stop = whatStopped(run);
    if (stop === undefined) {
      const update = { messages: [], guard: run.record() };
      return approved === undefined ? update : new Command({ goto: approved, update });
    }
    const { text, report } = stop;
    const texts = textsOf(run);
    run.latch.answered = true;
    if (breaker.onTrip === "ask") {
      const goto = requireApproved(approved);
      if (isApproved(run, text, interrupt<TripQuestion, TripDecision>)) {
        const update = {
          messages: [...toClosing(messages, texts.notRun(report))],
          guard: run.record(),
        };
        return new Command({ goto, update });
      }
    }
    if (isLastWord(messages.at(-1))) {
      const update = { messages: [], guard: run.record() };
      return approved === undefined ? update : new Command({ goto: END, update });
    }
    const closing = toClosing(messages, texts.notRun(report));
    // The one granted call is left to the graph that has called the tool.
    const node = findRun(source, config);
    const isInTool = node !== undefined && enclosingTool(node) !== undefined;
    const isWindingDown = breaker.onTrip === "wind-down" && !isInTool;
    const request = toLastRequest([...messages, ...closing], texts.lastCall(report));
    const last = isWindingDown
      ? await lastAnswer(run, requireModel(windDown), request, config)
      : undefined;
    const word = asLastWord(last ?? new AIMessage(answer?.(breaker.trip) ?? text), stop.code);
    const update = { messages: [...closing, word], guard: run.record() };
    return approved === undefined ? update : new Command({ goto: END, update });
  };
}

/** The answer of the one granted call; `undefined` where the trip has had it, or where it gives none. */
async function lastAnswer(
  run: GuardedRun,
  model: LastModel,
  request: BaseMessage[],
  config: LangGraphRunnableConfig,
): Promise<BaseMessage | undefined> {
  const answer = await run.lastAnswer(() => model.invoke(request, config), config.signal);
  const isAnswer = AIMessage.isInstance(answer) && (answer.tool_calls ?? []).length === 0;
  return isAnswer && answer.text.trim() !== "" ? answer : undefined;
}

function requireApproved<Node extends string>(approved: Node | undefined): Node {
  if (approved !== undefined) return approved;
  throw new OptionsError([
    'approved: expected the node that goes on after an approval, because onTrip is "ask"',
  ]);
}

function requireModel(windDown: LastModel | undefined): LastModel {
  if (typeof windDown?.invoke === "function") return windDown;
  throw new OptionsError([
    `windDown: expected a model, because onTrip is "wind-down", received ${typeof windDown}`,
  ]);
}
