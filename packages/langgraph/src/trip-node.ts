import { OptionsError, type BreakerSource, type TripReport } from "@guard/core";
import {
  hasMethods,
  isApproved,
  received,
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
import { runOf } from "./find-run.ts";
import { markTripNode } from "./own-error-node.ts";
import type { GuardRecord } from "./state.ts";
import { asLastWord, isLastWord, toLastRequest } from "./to-answer.ts";

/** The part of the state that the error node reads. */
interface TripState {
  readonly messages?: readonly BaseMessage[];
  readonly guard?: GuardRecord | undefined;
}

interface TripUpdate {
  messages: BaseMessage[];
  guard: GuardRecord;
}

/** A node that ends a stopped run. With `approved` it returns a `Command`. */
export type TripNode<Node extends string = never> = (
  state: TripState,
  config: LangGraphRunnableConfig,
) => Promise<
  [Node] extends [never]
    ? TripUpdate
    : Command<unknown, TripUpdate & Record<string, unknown>, Node | typeof END>
>;

export type { TripDecision, TripQuestion } from "@guard/core/adapter";

/** Options of `tripNode`. */
export interface TripNodeOptions<Node extends string> {
  /**
   * The name of the node that goes on after a human has approved: the node that calls the model. `onTrip: "ask"` needs
   * it. Default: none.
   */
  readonly approved?: Node | undefined;
  /**
   * Writes the last message. It gets what happened, or `undefined` where another process stopped the run. Default: the
   * text `stopped` of the registry's option `texts`.
   */
  readonly answer?: ((trip: TripReport | undefined) => string) | undefined;
  /**
   * The chat model that writes the last message, in one call. Give it no tools. `onTrip: "wind-down"` needs it.
   * Default: none.
   */
  readonly windDown?: LastModel | undefined;
}

/** A chat model, or a chain that ends in one. */
interface LastModel {
  invoke(messages: BaseMessage[], config?: LangGraphRunnableConfig): Promise<BaseMessage>;
}

/**
 * Makes the error node of a graph. The node answers the tool calls that are still open, and adds a last message.
 *
 * - `onTrip: "wind-down"`: the model `windDown` writes the last message, in one call. If the call fails or asks for a tool,
 *   guard writes the message.
 * - `onTrip: "ask"`: the node first asks a human by an interrupt. It returns a `Command`, so it needs `ends` and no edge:
 *   `addNode("stopped", tripNode(registry, { approved: "agent" }), { ends: ["agent", END] })`.
 *
 * `guardGraph` makes this node by itself where a graph has none.
 *
 * @throws {OptionsError} for an invalid source, and where `onTrip` needs an option that is missing
 *
 * @example
 * builder.addNode("stopped", tripNode(registry)).addEdge("stopped", END);
 */
export function tripNode<Node extends string = never>(
  source: BreakerSource,
  { approved, answer, windDown }: TripNodeOptions<Node> = {},
): TripNode<Node> {
  const { onTrip } = runsOf(source);
  if (onTrip === "ask") requireApproved(approved);
  if (onTrip === "wind-down") requireModel(windDown);
  const answered = async (state: TripState, config: LangGraphRunnableConfig) => {
    const node = runOf(source, config, state);
    const { guarded: run } = node.root;
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
    const isWindingDown = breaker.onTrip === "wind-down" && enclosingTool(node) === undefined;
    const request = toLastRequest([...messages, ...closing], texts.lastCall(report));
    const last = isWindingDown
      ? await lastAnswer(run, requireModel(windDown), request, config)
      : undefined;
    const word = asLastWord(last ?? new AIMessage(answer?.(breaker.trip) ?? text), stop.code);
    const update = { messages: [...closing, word], guard: run.record() };
    return approved === undefined ? update : new Command({ goto: END, update });
  };
  return markTripNode(answered as TripNode<Node>);
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
  if (hasMethods(windDown, "invoke")) return windDown as LastModel;
  throw new OptionsError([
    `windDown: expected a model, because onTrip is "wind-down", received ${received(windDown)}`,
  ]);
}
