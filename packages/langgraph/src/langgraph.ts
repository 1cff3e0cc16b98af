import { findCircuitOpen, OptionsError, type BreakerSource } from "@guard/core";
import { checkSource, setBounded, ThreadMemory } from "@guard/core/adapter";
import { GuardCallbackHandler } from "@guard/langchain";
import type { Serialized } from "@langchain/core/load/serializable";
import type { BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import {
  Command,
  isCommand,
  isGraphBubbleUp,
  type BaseCheckpointSaver,
} from "@langchain/langgraph";
import { GraphRun } from "./graph-run.ts";
import { recordIn, type GuardRecord } from "./state.ts";
import type { HandoffOptions } from "./to-call.ts";

type Metadata = Record<string, unknown>;

/** Options of the handler. */
export interface GuardGraphOptions extends HandoffOptions {
  /**
   * The checkpointer of the graph: read when a run starts, so that a thread which goes on from an older
   * checkpoint in another process knows what its other branches have spent.
   */
  readonly checkpointer?: Pick<BaseCheckpointSaver, "list"> | undefined;
}

/** One run of LangChain's: the run of a graph that it is part of, and whether it is inside a tool. */
interface Followed {
  readonly run: GraphRun;
  readonly isInTool: boolean;
}

const maxRuns = 20_000;
const maxThreads = 1_000;

/** The newest checkpoint may be that of a fork, which tells nothing of other branches: so many are read. */
const maxCheckpoints = 100;

/**
 * The callback handler of `@guard/langchain` for graphs that answer a trip themselves: a model's answer
 * that trips is kept, so that edges can route on it; what comes after it is refused. A trip that no node
 * of the graph has answered is thrown when the run ends.
 *
 * With a registry each run of the graph has a breaker of its own, and goes on from the channel `guard`
 * of its state where it has one.
 *
 * @throws {OptionsError} for what is no source
 *
 * @example
 * const graph = builder.compile().withConfig({ callbacks: [new GuardGraphHandler(registry)] });
 */
export class GuardGraphHandler extends GuardCallbackHandler {
  /** @internal */
  readonly source: BreakerSource;
  readonly #options: GuardGraphOptions;
  readonly #runs = new Map<string, Followed>();
  readonly #requests = new Map<string, readonly BaseMessage[]>();
  readonly #threads = new Map<string, ThreadMemory<GuardRecord>>();
  readonly #starting: { run?: GraphRun };

  constructor(source: BreakerSource, options: GuardGraphOptions = {}) {
    checkSource(source);
    checkOptions(options);
    const starting: { run?: GraphRun } = {};
    super(() => {
      const run = starting.run ?? new GraphRun(source, options);
      delete starting.run;
      return run.forHandler();
    });
    this.source = source;
    this.#options = options;
    this.#starting = starting;
  }

  /** @internal The run of the graph in which something runs. */
  runAt(id: string | undefined): GraphRun | undefined {
    return this.#followed(id)?.run;
  }

  /** @internal Whether something runs inside a tool. */
  isInTool(id: string | undefined): boolean {
    return this.#followed(id)?.isInTool === true;
  }

  #followed(id: string | undefined): Followed | undefined {
    return id === undefined ? undefined : this.#runs.get(id);
  }

  override handleChainStart(
    chain: Serialized | undefined,
    inputs: unknown,
    id: string,
    parentId?: string,
    tags?: string[],
    metadata?: Metadata,
    runType?: string,
    name?: string,
    // oxlint-disable-next-line typescript/no-misused-promises -- LangChain waits for its handlers
  ): Promise<void> | undefined {
    const run = this.#follow(id, parentId);
    const thread = metadata?.["thread_id"];
    const isNamed = typeof thread === "string" || typeof thread === "number";
    const named = isNamed ? `${thread}` : undefined;
    if (named !== undefined) run.thread = this.#thread(named);
    if (parentId === undefined) run.isRewound = metadata?.["checkpoint_id"] !== undefined;
    super.handleChainStart(chain, inputs, id, parentId, tags, metadata, runType, name);
    if (metadata?.["langgraph_node"] !== undefined) {
      run.calls.enter(inputs);
      this.restore(run, inputs);
    }
    return parentId === undefined && named !== undefined ? this.#load(named) : undefined;
  }

  #thread(id: string): ThreadMemory<GuardRecord> {
    const thread = this.#threads.get(id) ?? new ThreadMemory<GuardRecord>();
    setBounded(this.#threads, id, thread, maxThreads);
    return thread;
  }

  /** Reads what a thread has spent, if it is not known yet. */
  async #load(id: string): Promise<void> {
    const thread = this.#thread(id);
    if (thread.spent !== undefined) return;
    const configurable = { thread_id: id, checkpoint_ns: "" };
    const newest = this.#options.checkpointer?.list({ configurable }, { limit: maxCheckpoints });
    for await (const { checkpoint } of newest ?? []) {
      const record = recordIn(checkpoint.channel_values);
      if (record !== undefined) thread.keep(record, undefined);
    }
  }

  /** @internal Lets a run go on from the state that its first step is given. */
  restore(run: GraphRun, state: unknown): void {
    run.restore(recordIn(state));
  }

  override async handleChainEnd(outputs: unknown, id: string): Promise<void> {
    const run = this.runAt(id);
    try {
      await super.handleChainEnd(outputs, id);
    } catch (error) {
      if (run?.answered !== true) throw error;
    }
  }

  override async handleChatModelStart(
    model: Serialized | undefined,
    messages: BaseMessage[][],
    id: string,
    parentId?: string,
    extraParams?: Metadata,
    tags?: string[],
    metadata?: Metadata,
    name?: string,
  ): Promise<void> {
    this.#follow(id, parentId);
    setBounded(this.#requests, id, messages.flat(), maxRuns);
    const rest = [extraParams, tags, metadata, name] as const;
    await super.handleChatModelStart(model, messages, id, parentId, ...rest);
  }

  override async handleLLMEnd(
    output: LLMResult,
    id: string,
    parentId?: string,
    tags?: string[],
    extraParams?: Metadata,
  ): Promise<void> {
    const run = this.runAt(id);
    const [answer] = output.generations.flat();
    const message = answer && "message" in answer ? (answer.message as BaseMessage) : undefined;
    const request = this.#requests.get(id);
    // A handler that is registered twice hears it twice.
    if (this.#requests.delete(id)) run?.answeredBy(id, request ?? [], message);
    try {
      await super.handleLLMEnd(output, id, parentId, tags, extraParams);
    } catch (error) {
      // The answer is paid for: it belongs into the state. What it asks for does not start.
      if (parentId === undefined || findCircuitOpen(error) === undefined) throw error;
    }
  }

  override async handleToolStart(
    tool: Serialized | undefined,
    input: string,
    id: string,
    parentId?: string,
    tags?: string[],
    metadata?: Metadata,
    name?: string,
    callId?: string,
  ): Promise<void> {
    this.#follow(id, parentId, true).calls.start(id, callId, name);
    await super.handleToolStart(tool, input, id, parentId, tags, metadata, name, callId);
  }

  /** A tool that has handed over is done: what comes of it is another agent's work. */
  override async handleToolEnd(output: unknown, id: string): Promise<void> {
    const isHandedOver = isCommand(output) && output.graph === Command.PARENT;
    await super.handleToolEnd(isHandedOver ? undefined : output, id);
  }

  /** A tool that waits for a human has not ended: the resumed run goes on with the same call. */
  override async handleToolError(error: unknown, id: string): Promise<void> {
    if (!isGraphBubbleUp(error)) await super.handleToolError(error, id);
  }

  #follow(id: string, parentId: string | undefined, isTool = false): GraphRun {
    const known = this.#runs.get(id);
    if (known !== undefined) return known.run;
    const parent = this.#followed(parentId);
    const run = parent?.run ?? this.#begin();
    if (parentId !== undefined && run.lastWord?.has(parentId)) run.lastWord.add(id);
    setBounded(this.#runs, id, { run, isInTool: isTool || parent?.isInTool === true }, maxRuns);
    return run;
  }

  #begin(): GraphRun {
    const run = new GraphRun(this.source, this.#options);
    this.#starting.run = run;
    return run;
  }
}

function checkOptions({ handoff, agents, checkpointer }: GuardGraphOptions): void {
  const faults = [
    ...(handoff === undefined || typeof handoff === "function"
      ? []
      : [`handoff: expected a function, received ${typeof handoff}`]),
    ...(agents === undefined || Array.isArray(agents)
      ? []
      : [`agents: expected a list of names, received ${typeof agents}`]),
    ...(checkpointer === undefined || typeof checkpointer?.list === "function"
      ? []
      : [`checkpointer: expected a checkpointer, received ${typeof checkpointer}`]),
  ];
  if (faults.length > 0) throw new OptionsError(faults);
}
