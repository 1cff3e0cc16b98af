import type { BreakerSource, Usage } from "@guard/core";
import {
  AnswerSoFar,
  attachStop,
  isAbort,
  providerSaid,
  runsOf,
  toFailure,
} from "@guard/core/adapter";
import type { RunsOptions } from "@guard/core/adapter";
import type { AgentAction } from "@langchain/core/agents";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Serialized } from "@langchain/core/load/serializable";
import { askModel } from "./ask-model.ts";
import { makeFixed } from "./make-fixed.ts";
import { tellUnheardAgent, tellUnheardModel } from "./misplaced.ts";
import { isResuming, resumeOf } from "./resume.ts";
import { leaveStop } from "./kept-answer.ts";
import { RunTree } from "./run-tree.ts";
import { enclosingTool, type Run, type Ways } from "./run.ts";
import { startTool } from "./start-tool.ts";
import { toStop } from "./to-answer.ts";
import {
  toActionCall,
  toMessages,
  toModelCall,
  toPrompt,
  toShown,
  toText,
  toToolCalls,
} from "./to-call.ts";
import { toOutcome, waitsForHuman } from "./to-outcome.ts";
import { toPieces } from "./to-pieces.ts";
import { toUsage } from "./to-usage.ts";

export { RunTree } from "./run-tree.ts";
export { enclosingTool, type Run, type Ways } from "./run.ts";
export { noted, toClosing } from "./to-request.ts";

type Metadata = Record<string, unknown>;

/** The arguments of an event of LangChain's. */
type Told<Event extends keyof BaseCallbackHandler> = BaseCallbackHandler[Event] extends
  | ((...told: infer Parts) => unknown)
  | undefined
  ? Parts
  : never;

/**
 * The usage of an answer from LangChain's cache: it costs nothing, so guard must not book an estimate. LangChain sent no
 * request, so there are no input tokens.
 */
const nothingUsed: Usage = { outputTokens: 0, usd: 0 };

/**
 * Hears the events of a run, asks guard, and throws guard's errors. The handlers for agents and for graphs extend it. Users
 * don't.
 */
export class RunHandler extends BaseCallbackHandler {
  readonly name = "guard";
  // Without the first LangChain swallows the handler's errors. Without the second LangChain throws them where no caller can
  // catch them. The handler sets both, so they don't depend on the environment.
  override raiseError = true;
  override awaitHandlers = true;
  readonly #runs: RunTree;
  readonly #ways: Ways;
  readonly #chunks = new WeakSet<object>();
  readonly #actions = new WeakMap<AgentAction, Promise<void>>();
  #acted = 0;

  /** @throws {OptionsError} for an invalid source */
  constructor(source: BreakerSource, ways: Ways, options?: RunsOptions) {
    super();
    makeFixed(this);
    this.#runs = runsOf(source, options).own(RunTree);
    this.#ways = ways;
  }

  /** A copy would be a second handler of the same runs. */
  override copy(): this {
    return this;
  }

  override handleChainStart(
    ...[chain, inputs, id, parentId, , metadata, , name]: Told<"handleChainStart">
  ): unknown {
    const { root } = this.#start("chain", id, parentId, chain, metadata, name);
    const { guarded, ways } = root;
    const thread = metadata?.["thread_id"];
    if (ways.isKeptByName) guarded.thread.keepIn(thread);
    if (metadata?.["langgraph_node"] !== undefined) guarded.thread.restore(ways.recordIn(inputs));
    if (parentId !== undefined) return undefined;
    root.resume = resumeOf(inputs);
    guarded.isResumed = isResuming(inputs);
    guarded.thread.isRewound = metadata?.["checkpoint_id"] !== undefined;
    // guard reads now: a fork writes a checkpoint of its own next, which tells nothing of the other branches.
    return guarded.thread.read(thread);
  }

  override handleChainEnd(_outputs: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      this.#runs.end(run);
      // Another middleware may have made an answer of the question. guard asks the human all the same.
      if (run.question !== undefined) throw run.question;
      if (run.isExecutor) tellUnheardModel(run);
      await endRoot(run);
    });
  }

  override handleChainError(error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      this.#runs.end(run);
      // LangChain reports no end of a model call that another handler refused.
      const { asked } = run.root.guarded;
      const unmade = isAbort(error) ? [] : (run.models ?? []);
      for (const { id: model, soFar } of unmade) if (!soFar) asked.move(model, "unmade");
      if (run.parent !== undefined) return;
      const stop = await run.root.guarded.end(!waitsForHuman(error));
      if (stop !== undefined) attachStop(error, toStop(stop));
    });
  }

  override handleChatModelStart(
    ...[model, messages, id, parentId, extraParams, , metadata, name]: Told<"handleChatModelStart">
  ): Promise<void> | undefined {
    this.#start("model", id, parentId, model, metadata, name);
    const request = messages.flat();
    const call = toModelCall(id, () => toPrompt(request), metadata, extraParams, model);
    return this.#once(id, "start", async (run) => {
      tellUnheardAgent(run, request);
      const shown = toShown(request, enclosingTool(run) !== undefined, extraParams);
      await askModel(this.#runs, run, call, shown);
    });
  }

  override handleLLMStart(
    ...[model, prompts, id, parentId, extraParams, , metadata, name]: Told<"handleLLMStart">
  ): Promise<void> | undefined {
    this.#start("model", id, parentId, model, metadata, name);
    const call = toModelCall(id, prompts, metadata, extraParams, model);
    return this.#once(id, "start", (run) => askModel(this.#runs, run, call));
  }

  /** Hears an answer and its usage while it streams: LangChain may never report the end of the answer. */
  override handleLLMNewToken(...[, , id, , , fields]: Told<"handleLLMNewToken">): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    run.soFar ??= new AnswerSoFar();
    const chunk = fields?.chunk;
    if (chunk === undefined) return run.soFar.hear(toPieces(undefined));
    // A handler that is registered twice hears each part twice.
    if (this.#chunks.has(chunk)) return;
    this.#chunks.add(chunk);
    run.soFar.hear(toPieces(chunk), toUsage({ generations: [[chunk]] }));
  }

  override handleLLMEnd(
    ...[output, id, , , extraParams]: Told<"handleLLMEnd">
  ): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      const { root } = run;
      this.#runs.end(run);
      run.soFar = undefined; // guard keeps ended runs for a while, without the streamed text
      const answers = toMessages(output);
      const stop = await run.agent.answered(id, {
        calls: answers.flatMap(toToolCalls),
        text: toText(output),
        // guard reads this at once: LangChain changes a cached message when it uses the message again.
        usage: extraParams?.["cached"] === true ? nothingUsed : toUsage(output),
      });
      if (stop !== undefined && !root.ways.keepsAnswer(run)) {
        if (leaveStop(run)) return;
        throw toStop(stop);
      }
      for (const answer of answers) root.given.add(answer);
      await endRoot(run);
    });
  }

  override handleLLMError(error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      this.#runs.end(run);
      const failure = toFailure(error);
      providerSaid(run.root.guarded, id, failure);
      await run.agent.end(id, run.soFar?.cutOff(failure) ?? failure);
      await endRoot(run);
    });
  }

  /** Actions of classic agents. A model may have written them as text: then no other event shows them. */
  override handleAgentAction(action: AgentAction, id: string): Promise<void> | undefined {
    const run = this.#runs.get(id);
    if (run === undefined) return undefined;
    // A handler that is registered twice hears the same object twice. A repeated action is another object, even with the
    // same text.
    const known = this.#actions.get(action);
    if (known !== undefined) return known;
    const acted = this.#act(run, action);
    this.#actions.set(action, acted);
    return acted;
  }

  override handleToolStart(
    ...[tool, input, id, parentId, tags, metadata, name, callId]: Told<"handleToolStart">
  ): Promise<void> | undefined {
    this.#start("tool", id, parentId, tool, metadata, name);
    return this.#once(id, "start", (run) => startTool(run, { input, name, callId, tags }));
  }

  override handleToolEnd(output: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      await run.agent.end(id, toOutcome(output));
      this.#runs.end(run);
      await endRoot(run);
    });
  }

  override handleToolError(error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      // The resumed run starts the same call again.
      if (waitsForHuman(error)) run.root.guarded.asked.move(id, "asked");
      else await run.agent.failed(id, toFailure(error));
      this.#runs.end(run);
      await endRoot(run);
    });
  }

  async #act(run: Run, action: AgentAction): Promise<void> {
    tellUnheardModel(run);
    run.root.resume = undefined;
    this.#acted += 1;
    const stop = await run.agent.announce(toActionCall(action), `${run.id}:action-${this.#acted}`);
    if (stop !== undefined) throw toStop(stop);
  }

  #start(
    kind: Run["kind"],
    id: string,
    parentId: string | undefined,
    runnable: Serialized | undefined,
    metadata: Metadata | undefined,
    name: string | undefined,
  ): Run {
    const className = runnable?.id.at(-1);
    return this.#runs.start({ id, parentId, kind, name, className, metadata }, this.#ways);
  }

  /** Handles an event once: a handler that is registered twice hears each event twice. */
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

/** Ends a root run. Other code may have swallowed guard's error: guard throws it again here, where it reaches the caller. */
async function endRoot(run: Run): Promise<void> {
  if (run.parent !== undefined) return;
  const stop = await run.root.guarded.end();
  if (stop !== undefined) throw toStop(stop);
}
