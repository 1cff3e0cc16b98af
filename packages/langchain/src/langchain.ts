import type { BreakerSource, ToolCall, Usage } from "@guard/core";
import { checkSource } from "@guard/core/adapter";
import type { AgentAction } from "@langchain/core/agents";
import {
  BaseCallbackHandler,
  type HandleLLMNewTokenCallbackFields,
  type NewTokenIndices,
} from "@langchain/core/callbacks/base";
import type { Serialized } from "@langchain/core/load/serializable";
import type { BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { askModel, end, endRoot } from "./end-run.ts";
import { Handoffs, type HandoffOptions } from "./handoffs.ts";
import { hideRefused } from "./hide-refused.ts";
import { makeFixed } from "./make-fixed.ts";
import { ask, decisionNow, fail, hear, settle, start, takeResults } from "./obey.ts";
import { recordIn } from "./record.ts";
import { requestKey } from "./requests.ts";
import { resumeOf } from "./resume.ts";
import { isAnswerKept, RunTree, type Run } from "./run-tree.ts";
import {
  toActionCall,
  toMessages,
  toText,
  toModelCall,
  toPrompt,
  toStartedCall,
  toToolCalls,
} from "./to-call.ts";
import { toAnswered, toFailure, toOutcome, toUnanswered } from "./to-outcome.ts";
import { keepTree } from "./trees.ts";
import { plusUsage, toUsage } from "./to-usage.ts";

type Metadata = Record<string, unknown>;

/** The tool as which classic executors pass on an error they made themselves: no call of the agent's. */
const executorsEcho = "ExceptionTool";

/**
 * An answer from LangChain's cache costs nothing: that is known, and no estimate stands in for it. Of the
 * request nothing is said, as none was sent.
 */
const nothingUsed: Usage = { outputTokens: 0, usd: 0 };

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
 * @example
 * const guard = new GuardCallbackHandler(createRegistry({ budget: { usd: 5 } }));
 * await agent.invoke({ messages }, { callbacks: [guard] });
 */
export class GuardCallbackHandler extends BaseCallbackHandler {
  readonly name = "guard";
  // Both are needed: without the first LangChain swallows what is thrown here, without the second it
  // throws where nobody can catch it. Set here they don't depend on the environment.
  override raiseError = true;
  override awaitHandlers = true;
  readonly #runs: RunTree;
  readonly #chunks = new WeakSet<object>();
  readonly #actions = new WeakMap<AgentAction, Promise<void>>();
  #acted = 0;

  /** @throws {OptionsError} for what is no source, and for options that are none */
  constructor(source: BreakerSource, options: HandoffOptions = {}) {
    super();
    checkSource(source);
    makeFixed(this);
    // A subclass, such as that for graphs, tells hand-offs itself.
    const learns = new.target === GuardCallbackHandler;
    this.#runs = new RunTree(source, new Handoffs(options), learns);
    keepTree(this, source, this.#runs);
  }

  /** Runs belong to the handler that has heard of them begin: there is one, however often it is given. */
  override copy(): this {
    return this;
  }

  override handleChainStart(
    chain: Serialized | undefined,
    inputs: unknown,
    id: string,
    parentId?: string,
    _tags?: string[],
    metadata?: Metadata,
    _runType?: string,
    name?: string,
  ): unknown {
    const { root } = this.#start("chain", id, parentId, chain, metadata, name);
    if (metadata?.["langgraph_node"] !== undefined) root.restore(recordIn(inputs));
    if (parentId !== undefined) return undefined;
    root.resume = resumeOf(inputs);
    root.isRewound = metadata?.["checkpoint_id"] !== undefined;
    // Now: a fork begins with a checkpoint of its own, which tells nothing of the other branches.
    return root.readThread(metadata?.["thread_id"]);
  }

  override handleChainEnd(_outputs: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      // A question to a human that somebody has made an answer of is asked all the same.
      if (run.question !== undefined) throw run.question;
      if (run.isExecutor) run.root.works(run.lane.agent);
      await endRoot(run);
    });
  }

  override handleChainError(_error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => void (await end(run)));
  }

  override handleChatModelStart(
    model: Serialized | undefined,
    messages: BaseMessage[][],
    id: string,
    parentId?: string,
    extraParams?: Metadata,
    _tags?: string[],
    metadata?: Metadata,
    name?: string,
  ): Promise<void> | undefined {
    this.#start("model", id, parentId, model, metadata, name);
    return this.#once(id, "start", async (run) => {
      const request = messages.flat();
      await takeResults(run, request);
      hear(run, request);
      await askModel(
        run,
        toModelCall(id, () => toPrompt(request), metadata, extraParams),
      );
    });
  }

  override handleLLMStart(
    model: Serialized | undefined,
    prompts: string[],
    id: string,
    parentId?: string,
    extraParams?: Metadata,
    _tags?: string[],
    metadata?: Metadata,
    name?: string,
  ): Promise<void> | undefined {
    this.#start("model", id, parentId, model, metadata, name);
    const call = toModelCall(id, prompts, metadata, extraParams);
    return this.#once(id, "start", (run) => askModel(run, call));
  }

  /** Hears what an answer says of its usage while it comes: of its end nobody may ever tell. */
  override handleLLMNewToken(
    _token: string,
    _indices: NewTokenIndices | undefined,
    id: string,
    _parentId?: string,
    _tags?: string[],
    fields?: HandleLLMNewTokenCallbackFields,
  ): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    run.said ??= {};
    const chunk = fields?.chunk;
    // A handler that is registered twice hears of each part twice.
    if (chunk === undefined || this.#chunks.has(chunk)) return;
    this.#chunks.add(chunk);
    run.said = plusUsage(run.said, toUsage({ generations: [[chunk]] }) ?? {});
  }

  override handleLLMEnd(
    output: LLMResult,
    id: string,
    _parentId?: string,
    _tags?: string[],
    extraParams?: Metadata,
  ): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      const answers = toMessages(output);
      // Read at once: a cached message is changed when it is used again.
      const usage = extraParams?.["cached"] === true ? nothingUsed : toUsage(output);
      const asked = answers.flatMap(toToolCalls);
      // An answer that asks for calls is judged by them: it may say the same before each.
      const text = asked.length === 0 ? toText(output) : undefined;
      await settle(run, requestKey(id, 0), toAnswered(text, usage));
      await ask(run, asked, { answer: id, isKept: isAnswerKept(run) });
      for (const answer of answers) run.root.given.add(answer);
      await endRoot(run);
    });
  }

  override handleLLMError(error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      await settle(run, requestKey(id, 0), toUnanswered(error, run.said));
      await endRoot(run);
    });
  }

  /** Actions of classic agents; those that a model wrote as text are seen nowhere else. */
  override handleAgentAction(action: AgentAction, id: string): Promise<void> | undefined {
    const run = this.#runs.get(id);
    if (run === undefined) return undefined;
    // The same action object is heard again by a handler that is registered twice; a repeated action
    // is another object, even with the same text.
    const known = this.#actions.get(action);
    if (known !== undefined) return known;
    const acted = this.#act(run, action);
    this.#actions.set(action, acted);
    return acted;
  }

  override handleToolStart(
    tool: Serialized | undefined,
    input: string,
    id: string,
    parentId?: string,
    tags?: string[],
    metadata?: Metadata,
    name?: string,
    callId?: string,
  ): Promise<void> | undefined {
    this.#start("tool", id, parentId, tool, metadata, name);
    return this.#once(id, "start", async (run) => {
      const { requests } = run.root;
      const call = toStartedCall(run.name, input);
      const { args } = call;
      const asked = requests.keyOfStart(run.lane, { id: callId, tool: name, args });
      if (asked === undefined && name === undefined && run.name === executorsEcho) return;
      if (asked === undefined) await this.#askAtStart(run, call, callId);
      const request = requests.take(asked ?? requestKey(id, 0))!;
      const started = { ...request, stage: "started" } as const;
      requests.set(id, started);
      // Before anything is awaited: the next handler hears of the start at once.
      const decision = hideRefused(tags, () => start(run, request));
      if (decision !== request.decision) requests.set(id, { ...started, decision });
    });
  }

  override handleToolEnd(output: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      const outcome = toOutcome(output);
      if (outcome === undefined) run.root.requests.move(id, "ended");
      else await settle(run, id, outcome);
      await endRoot(run);
    });
  }

  override handleToolError(error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      await fail(run, id, toFailure(error));
      await endRoot(run);
    });
  }

  async #act(run: Run, action: AgentAction): Promise<void> {
    run.root.works(run.lane.agent);
    const call = toActionCall(action);
    const { requests } = run.root;
    const asked = requests.keyOfAction(run.lane, call);
    const request = asked === undefined ? undefined : requests.move(asked, "announced");
    if (request !== undefined) return void decisionNow(run, request);
    this.#acted += 1;
    return ask(run, [call], { answer: `${run.id}:action-${this.#acted}`, stage: "announced" });
  }

  /**
   * Asks for a tool that no answer of this run asked for: one of the run before it did, which has waited
   * for a human, or somebody's code calls it. It counts all the same.
   */
  #askAtStart(run: Run, call: ToolCall, id: string | undefined): Promise<void> {
    const before = run.root.askedBefore(id, call.tool, call.args);
    if (before === undefined) return ask(run, [call], { answer: run.id });
    return ask(run, [{ ...call, id: id! }], { answer: before, key: run.id });
  }

  #start(
    kind: Run["kind"],
    id: string,
    parentId: string | undefined,
    runnable: Serialized | undefined,
    metadata: Metadata | undefined,
    name: string | undefined,
  ): Run {
    return this.#runs.start({
      id,
      parentId,
      kind,
      name,
      className: runnable?.id.at(-1),
      metadata,
    });
  }

  /** Does what an event asks for, once: a handler that is registered twice hears it twice. */
  #once(
    id: string,
    event: "start" | "end",
    handle: (run: Run) => Promise<void>,
  ): Promise<void> | undefined {
    const run = this.#runs.get(id);
    if (run === undefined) return undefined;
    return (run.done[event] ??= handle(run));
  }
}
