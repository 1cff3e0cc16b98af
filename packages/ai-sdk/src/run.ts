import {
  CircuitOpenError,
  refusal,
  warning,
  type AdmitOptions,
  type Breaker,
  type Call,
  type CallRefusedError,
  type Decision,
  type Lane,
  type OnTrip,
  type Outcome,
} from "@guard/core";
import { admitOrWait, grantLastAnswer, requireOnTrip, setBounded } from "@guard/core/adapter";
import type { Told } from "./to-answer.ts";
import { toModelCall, toToolCall, toUserMessages } from "./to-call.ts";
import type { AskedPart, GuardedModel, Message, Request, StepLike } from "./to-call.ts";
import { toFailure, toOutcome, toResults } from "./to-outcome.ts";
import { beginTool, isToolUnderWay } from "./under-way.ts";

/** Calls and notes that are remembered; the oldest go. */
const maxRemembered = 1_000;

/** One agent's work under one breaker: what was decided about its calls, until their results are known. */
export class Run {
  readonly lane: Lane;
  /** What the model is told about calls with its next request, by their ids. */
  readonly told: Map<string, Told> = new Map();
  readonly #asked = new Map<string, Decision>();
  readonly #breaker: Breaker;
  /** The calls of the guarded model's latest answer. */
  #answered: ReadonlySet<string> = new Set();
  /** How many messages the latest request held, and how many of them were the user's. */
  #heard = { messages: 0, users: 0 };

  /** @throws {OptionsError} when the breaker's `onTrip` can't be obeyed here */
  constructor(breaker: Breaker, agent: string | undefined) {
    requireOnTrip(breaker, ["throw", "finish", "wind-down"]);
    this.#breaker = breaker;
    this.lane = breaker.agent(agent);
  }

  /** How the run ends where it is stopped. */
  get onTrip(): OnTrip {
    return this.#breaker.onTrip;
  }

  /** Whether an error says that this run was stopped, and not another one below it. */
  isStop(error: unknown): error is CircuitOpenError {
    return CircuitOpenError.isInstance(error) && error.report.run === this.#breaker.id;
  }

  /** Whether nothing will start any more. A break that is over lets the next call probe. */
  get isStopped(): boolean {
    const { state } = this.#breaker;
    const isOpen = state === "open" || state === "forced-open";
    return isOpen && this.lane.check().verdict === "open"; // only watching, nothing is stopped
  }

  /** Whether a step is made of the guarded model's latest answer. */
  hasAnswered(step: StepLike | undefined): boolean {
    return step?.toolCalls.some(({ toolCallId }) => this.#answered.has(toolCallId)) === true;
  }

  /**
   * Takes from a request what only its messages show: results of tools that don't exist, that refused
   * their arguments or that ran elsewhere, and what the user said. Then asks for the model call.
   *
   * `sent` is the request as the model will read it.
   *
   * @throws {CircuitOpenError} when the run is, or was, stopped
   * @throws {CallRefusedError} when others hold what the call needs: asked again later it may go through
   */
  async askModel(model: GuardedModel, { prompt }: Request, sent: Request): Promise<Decision> {
    for (const result of toResults(prompt)) {
      const decision = this.#asked.get(result.toolCallId);
      if (decision === undefined) continue;
      this.#asked.delete(result.toolCallId);
      await this.settle(decision, toOutcome(result));
    }
    this.#hear(prompt);
    return this.askLast(model, sent);
  }

  /** Asks for a model call whose request brings nothing new. Throws as `askModel` does. */
  async askLast(model: GuardedModel, sent: Request): Promise<Decision> {
    const decision = (await this.#admit([toModelCall(model, sent)]))[0]!;
    if (isRefused(decision)) throw this.lane.toError(decision);
    return decision;
  }

  /** Makes a model call. One that fails is told at once. */
  async make<T>(
    decision: Decision,
    { abortSignal }: Request,
    call: () => PromiseLike<T>,
  ): Promise<T> {
    try {
      return await call();
    } catch (error) {
      await this.settle(decision, toFailure(error, abortSignal));
      throw error;
    }
  }

  /**
   * Grants the one call that may follow a trip, and returns what takes that back; `undefined` where it was
   * granted before. An agent inside a tool leaves it to the agent that has called that tool.
   */
  grantLast(): (() => void) | undefined {
    return isToolUnderWay(this.#breaker) ? undefined : grantLastAnswer(this.#breaker);
  }

  /** A tool's body runs from now on, until what is returned is called. */
  begin(): () => void {
    return beginTool(this.#breaker);
  }

  /** Asks for the tool calls of one answer: one round. Returns the error if it stops the run. */
  async askTools(
    asked: readonly AskedPart[],
  ): Promise<CircuitOpenError | CallRefusedError | undefined> {
    this.#answered = new Set(asked.map(({ toolCallId }) => toolCallId));
    if (asked.length === 0) return undefined;
    const answer = crypto.randomUUID();
    const decisions = await this.#admit(asked.map(toToolCall), { answer });
    const stopping = decisions.find(({ verdict }) => verdict === "open");
    if (stopping !== undefined) return this.lane.toError(stopping);
    for (const [index, decision] of decisions.entries()) {
      const { toolCallId } = asked[index]!;
      this.#tell(toolCallId, decision, "asked");
      setBounded(this.#asked, toolCallId, decision, maxRemembered);
    }
    return undefined;
  }

  /**
   * The decision for a tool that is about to start: the one about the answer that asked for it, or one
   * of its own for a tool that somebody's code calls. It counts all the same.
   */
  start(
    call: Omit<AskedPart, "type" | "toolCallId"> & { readonly toolCallId?: unknown },
  ): Decision {
    const { toolName: tool, input: args } = call;
    const id = typeof call.toolCallId === "string" ? call.toolCallId : undefined;
    const known = id === undefined ? undefined : this.#asked.get(id);
    if (id !== undefined) this.#asked.delete(id);
    const decision =
      known === undefined
        ? this.lane.admitSync([{ kind: "tool", tool, args }])[0]
        : this.lane.check(known);
    if (id !== undefined) this.#tell(id, decision, "started");
    return decision;
  }

  async settle({ token }: Decision, outcome: Outcome): Promise<void> {
    await this.lane.settle(token, outcome);
  }

  /** Asks for calls: all except those of tools that nobody's answer asked for, which can't wait. */
  #admit(calls: readonly Call[], options?: AdmitOptions): Promise<readonly Decision[]> {
    return admitOrWait(this.#breaker, this.lane, calls, options);
  }

  /**
   * Tells what the user said last. A request that has only grown by answers and results says nothing new,
   * even where `prepareStep` writes its user message anew for every step.
   */
  #hear(prompt: readonly Message[]): void {
    const said = toUserMessages(prompt);
    const before = this.#heard;
    this.#heard = { messages: prompt.length, users: said.length };
    const goesOn = prompt.length > before.messages && said.length === before.users;
    const last = said.at(-1);
    if (!goesOn && last !== undefined) this.lane.userMessage(last);
  }

  /**
   * A call that is blocked is refused once it would have started. One that never starts, because its tool
   * does not exist, keeps its result, with a note.
   */
  #tell(id: string, { verdict, findings: [finding] }: Decision, stage: "asked" | "started"): void {
    const inPlace = verdict === "block" && stage === "started";
    if (finding !== undefined && (verdict === "warn" || verdict === "block")) {
      const text = inPlace ? refusal(finding) : warning(finding);
      setBounded(this.told, id, { text, inPlace }, maxRemembered);
    } else this.told.delete(id);
  }
}

/** Whether a call must not be made. */
export function isRefused({ verdict }: Decision): boolean {
  return verdict === "block" || verdict === "open";
}
