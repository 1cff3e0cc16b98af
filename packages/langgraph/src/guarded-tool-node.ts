import type { BreakerSource } from "@guard/core";
import { textsOf } from "@guard/core/adapter";
import { ToolMessage } from "@langchain/core/messages";
import type { ToolCall } from "@langchain/core/messages/tool";
import type { Command, LangGraphRunnableConfig } from "@langchain/langgraph";
import { ToolNode, type ToolNodeOptions } from "@langchain/langgraph/prebuilt";
import { runOf } from "./find-run.ts";
import { toRefusal, withNote, withRecord } from "./to-answer.ts";
import { lastAsked, toToolCall, type Asked } from "./to-call.ts";

/** LangGraph's tool node, which asks guard before each call. */
export class GuardedToolNode extends ToolNode {
  readonly #source: BreakerSource;
  readonly #keepsRecord: boolean;

  /** @param keepsRecord whether the node writes the state's channel `guard` */
  constructor(
    source: BreakerSource,
    tools: ToolNode["tools"],
    options: ToolNodeOptions | undefined,
    keepsRecord: boolean,
  ) {
    super(tools, options);
    this.#source = source;
    this.#keepsRecord = keepsRecord;
  }

  protected override async run(input: unknown, config: LangGraphRunnableConfig): Promise<unknown> {
    const { agent, root } = runOf(this.#source, config, input);
    for (const call of callsIn(input)) agent.decisionFor(toToolCall(call));
    const { stop } = root.guarded;
    if (stop !== undefined) throw stop;
    const update: unknown = await super.run(input, config);
    return this.#keepsRecord ? withRecord(update, root.guarded.record()) : update;
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
    // The tool node makes a message of every error, also of a stop.
    const stop = isFailure(output) ? root.guarded.stop : undefined;
    if (stop !== undefined) throw stop;
    // What never started is known by its message alone: with a note it would be another result each time.
    return decision === undefined || agent.stageOf(asked) === "asked"
      ? output
      : withNote(output, decision, textsOf(root.guarded));
  }
}

/** The tool calls that the node is to run: all calls of an answer, or the call of a `Send`. */
function callsIn(input: unknown): readonly Asked[] {
  const { lg_tool_call: sent } = input as { readonly lg_tool_call?: Asked };
  return sent === undefined ? lastAsked(input) : [sent];
}

function isFailure(output: ToolMessage | Command): boolean {
  return ToolMessage.isInstance(output) && output.status === "error";
}
