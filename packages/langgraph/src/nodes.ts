import type { BreakerSource } from "@guard/core";
import { checkSource, textsOf } from "@guard/core/adapter";
import { ToolMessage } from "@langchain/core/messages";
import type { ToolCall } from "@langchain/core/messages/tool";
import type { Command, LangGraphRunnableConfig } from "@langchain/langgraph";
import { ToolNode, type ToolNodeOptions } from "@langchain/langgraph/prebuilt";
import { guardedIn, runOf } from "./find-run.ts";
import { toRefusal, withNote, withRecord } from "./to-answer.ts";
import { lastAsked, toToolCall, type Asked } from "./to-call.ts";

/**
 * A node that leaves in the channel `guard` what the breaker knows when it has run. Wrap the nodes that
 * call models, so that a resumed thread remembers.
 *
 * @example
 * builder.addNode("agent", guardNode(registry, async ({ messages }: State) => ({
 *   messages: [await model.invoke(messages)],
 * })));
 */
export function guardNode<State, Update>(
  source: BreakerSource,
  node: (state: State, config: LangGraphRunnableConfig) => Update | Promise<Update>,
): (state: State, config: LangGraphRunnableConfig) => Promise<Update> {
  checkSource(source);
  return async (state, config) => {
    const run = guardedIn(source, config, state);
    return withRecord(await node(state, config), run.record()) as Update;
  };
}

/**
 * LangGraph's tool node, guarded: a refused call does not run, and the model reads why in its tool
 * message; a warning is added to the call's own result. A trip is thrown, not turned into a message.
 *
 * @example
 * builder.addNode("tools", guardToolNode(registry, [search]));
 */
export function guardToolNode(
  source: BreakerSource,
  tools: ToolNode["tools"],
  options?: ToolNodeOptions,
): ToolNode {
  checkSource(source);
  return new GuardedToolNode(source, tools, options);
}

class GuardedToolNode extends ToolNode {
  readonly #source: BreakerSource;

  constructor(source: BreakerSource, tools: ToolNode["tools"], options?: ToolNodeOptions) {
    super(tools, options);
    this.#source = source;
  }

  protected override async run(input: unknown, config: LangGraphRunnableConfig): Promise<unknown> {
    const { agent, root } = runOf(this.#source, config, input);
    for (const call of callsIn(input)) agent.decisionFor(toToolCall(call));
    const { stop } = root.guarded;
    if (stop !== undefined) throw stop;
    return withRecord(await super.run(input, config), root.guarded.record());
  }

  protected override async runTool(
    call: ToolCall,
    config: LangGraphRunnableConfig,
    state: unknown,
  ): Promise<ToolMessage | Command> {
    const { agent, root } = runOf(this.#source, config, state);
    const asked = toToolCall(call);
    const decision = agent.decisionFor(asked);
    if (decision?.verdict === "block") return toRefusal(call, decision, textsOf(root.guarded));
    const output = await super.runTool(call, config, state);
    // The tool node makes a message of every error, also of the one that stops the run.
    const stop = isFailure(output) ? root.guarded.stop : undefined;
    if (stop !== undefined) throw stop;
    // What never started is known by its message alone: with a note it would be another result each time.
    return decision === undefined || agent.stageOf(asked) === "asked"
      ? output
      : withNote(output, decision, textsOf(root.guarded));
  }
}

/** The tool calls that the node is to run: all of an answer, or the one that it was sent. */
function callsIn(input: unknown): readonly Asked[] {
  const { lg_tool_call: sent } = input as { readonly lg_tool_call?: Asked };
  return sent === undefined ? lastAsked(input) : [sent];
}

function isFailure(output: ToolMessage | Command): boolean {
  return ToolMessage.isInstance(output) && output.status === "error";
}
