import type { BreakerSource } from "@guard/core";
import type { AgentAction } from "@langchain/core/agents";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { Serialized } from "@langchain/core/load/serializable";
import type { BaseMessage } from "@langchain/core/messages";
import type { LLMResult } from "@langchain/core/outputs";
import { ask, keyWithoutId, settle, start, takeResults } from "./obey.ts";
import { enclosingTool, RunTree, type Run } from "./run-tree.ts";
import {
  toActionCall,
  toModelCall,
  toStartedCall,
  toToolCalls,
  toUsage,
  toUserMessage,
} from "./to-call.ts";
import { toFailure, toOutcome } from "./to-outcome.ts";

type Metadata = Record<string, unknown>;

/**
 * Guards every run it is given to: counts what the model's answers ask for, takes results from the
 * tools and from the messages of the next request, and refuses at the start of a tool and of the next
 * model call. After a trip nothing of the run starts any more, and `invoke` or the stream rejects with
 * a `CircuitOpenError`.
 *
 * Give it to `invoke`, `stream` or `withConfig`: callbacks of a constructor don't reach tools and
 * models. With a registry each root run has a breaker of its own, so one handler serves all users.
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
  readonly #actions = new WeakMap<AgentAction, Promise<void>>();
  #acted = 0;

  constructor(source: BreakerSource) {
    super();
    this.#runs = new RunTree(source);
  }

  override handleChainStart(
    chain: Serialized | undefined,
    _inputs: unknown,
    id: string,
    parentId?: string,
    _tags?: string[],
    metadata?: Metadata,
    _runType?: string,
    name?: string,
  ): void {
    this.#start("chain", id, parentId, chain, metadata, name);
  }

  override handleChainEnd(_outputs: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => endRoot(run));
  }

  override handleChainError(_error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      if (run.parent === undefined) run.root.end();
    });
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
      // What is said to an agent inside a tool was written by another agent: that is no new turn.
      const said = enclosingTool(run) === undefined ? toUserMessage(request) : undefined;
      if (said !== undefined) run.lane.userMessage(said);
      await ask(run, [toModelCall(id, metadata, extraParams)], id);
    });
  }

  override handleLLMStart(
    model: Serialized | undefined,
    _prompts: string[],
    id: string,
    parentId?: string,
    extraParams?: Metadata,
    _tags?: string[],
    metadata?: Metadata,
    name?: string,
  ): Promise<void> | undefined {
    this.#start("model", id, parentId, model, metadata, name);
    return this.#once(id, "start", (run) => ask(run, [toModelCall(id, metadata, extraParams)], id));
  }

  override handleLLMEnd(
    output: LLMResult,
    id: string,
    _parentId?: string,
    _tags?: string[],
    extraParams?: Metadata,
  ): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      const answers = output.generations
        .flat()
        .flatMap((answer) => ("message" in answer ? [answer.message as BaseMessage] : []));
      const usage = extraParams?.["cached"] === true ? undefined : toUsage(answers[0]);
      await settle(run, id, { status: "success", ...(usage === undefined ? {} : { usage }) });
      await ask(run, answers.flatMap(toToolCalls), id);
      endRoot(run);
    });
  }

  override handleLLMError(error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      await settle(run, id, toFailure(error));
      endRoot(run);
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
    _tags?: string[],
    metadata?: Metadata,
    name?: string,
    callId?: string,
  ): Promise<void> | undefined {
    this.#start("tool", id, parentId, tool, metadata, name);
    return this.#once(id, "start", async (run) => {
      const { requests } = run.root;
      const call = toStartedCall(run.name, input);
      const asked = callId !== undefined && requests.get(callId) ? callId : requests.keyOf(call);
      // A tool that no answer asked for: somebody's code calls it. It counts all the same.
      if (asked === undefined) await ask(run, [call], id);
      const request = requests.take(asked ?? keyWithoutId(id, 0))!;
      requests.set(id, { ...request, started: true });
      start(run, request);
    });
  }

  override handleToolEnd(output: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      const outcome = toOutcome(output);
      if (outcome === undefined) run.root.requests.rename(id);
      else await settle(run, id, outcome);
      endRoot(run);
    });
  }

  override handleToolError(error: unknown, id: string): Promise<void> | undefined {
    return this.#once(id, "end", async (run) => {
      await settle(run, id, toFailure(error));
      endRoot(run);
    });
  }

  async #act(run: Run, action: AgentAction): Promise<void> {
    const call = toActionCall(action);
    const asked = run.root.requests.keyOf(call);
    if (asked !== undefined) return start(run, run.root.requests.get(asked)!);
    this.#acted += 1;
    return ask(run, [call], `${run.id}:action-${this.#acted}`);
  }

  #start(
    kind: Run["kind"],
    id: string,
    parentId: string | undefined,
    runnable: Serialized | undefined,
    metadata: Metadata | undefined,
    name: string | undefined,
  ): void {
    this.#runs.start({ id, parentId, kind, name, className: runnable?.id.at(-1), metadata });
  }

  /** Does what an event asks for, once: a handler that is registered twice hears it twice. */
  #once(
    id: string,
    event: "start" | "end",
    handle: (run: Run) => Promise<void>,
  ): Promise<void> | undefined {
    const run = this.#runs.get(id);
    if (run === undefined) return undefined;
    const done = run.done.get(event) ?? handle(run);
    run.done.set(event, done);
    return done;
  }
}

/** Ends a root run. A trip that was swallowed on its way is thrown once more, where nobody can. */
function endRoot(run: Run): void {
  if (run.parent !== undefined) return;
  const { stopped, end } = run.root;
  const latched = run.lane.check().verdict === "open";
  end();
  if (stopped !== undefined && latched) throw stopped;
}
