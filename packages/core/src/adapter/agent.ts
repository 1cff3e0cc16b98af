import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Decision, ModelCall, Outcome, ToolCall } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { callKey, unnamed, type AskedCall, type AskedCalls, type Sought } from "./asked-calls.ts";
import type { AskOptions, ModelAnswer, Shown, Starting, StartOptions } from "./asking.ts";
import { Conversations, type Conversation } from "./conversations.ts";
import { decide, decideSync, refusedBy, remember, type Deciding } from "./decide.ts";
import { goOnWith, takeOutcomes } from "./go-on-with.ts";
import { providerSaid, withPermit } from "./provider-permit.ts";
import type { Run } from "./run.ts";
import { learnHandoff } from "./learn-handoff.ts";
import { printOfRequest } from "./shown.ts";
import { startCall, stopOf } from "./start-call.ts";
import type { Told } from "./told.ts";

/** One agent of a run, or one of its instances. Adapters tell it what the agent asks for, and what comes back. */
export class Agent {
  readonly name: string;
  readonly run: Run;
  /** Whether the agent has asked a model. Code that only calls tools, such as a workflow, has no model. */
  hasModel = false;
  /** Notes and refusals that the model should read, by call id. */
  readonly told: Told = new Map();
  readonly #conversations: Conversations;
  /** The conversations that wait for a model's answer, by the key of the request. */
  readonly #asking = new Map<string, Conversation>();

  constructor(run: Run, name: string, lane: (number: number) => BreakerLane) {
    this.run = run;
    this.name = name;
    this.#conversations = new Conversations({
      make: lane,
      isUnderWay: (key) => this.#asking.has(key) && run.asked.get(key)?.stage !== "unmade",
      areResultsIn: (one) =>
        !run.asked.some((asked) => asked.lane === one && asked.stage !== "ended"),
      isIdle: (one) => one.isIdle && !run.asked.hasOpen(one),
    });
  }

  /** The lanes of its conversations that have not ended. */
  get lanes(): readonly BreakerLane[] {
    return this.#conversations.lanes;
  }

  /** Asks for a model call, and reads what it shows. Rejects if the provider's circuit refuses. `key` is the framework's id. */
  async request(
    call: ModelCall,
    shown?: Shown,
    key: string = this.run.newKey(),
  ): Promise<Starting> {
    const { run, told } = this;
    this.hasModel = true;
    run.hearsModels = true;
    return withPermit(run, call, key, async (permit) => {
      learnHandoff(this);
      const { lane } = await this.#goOn(shown, key);
      const [decision] = await decide(this.#by(lane), [call], key);
      const refused = refusedBy(this.#by(lane), decision!);
      if (this.#asking.size > 1) run.noteOverlap(this.name);
      // A request may be long: keep only that it was made.
      const kept = { ...call, prompt: undefined };
      const asked = { call: kept, meant: kept, answer: key, decision: decision!, lane, told };
      if (refused === undefined) this.#asked.set(key, { ...asked, permit, stage: "started" });
      else this.#asking.delete(key);
      return { key, decision: decision!, refused };
    });
  }

  /** Books what a model call has cost, then asks for the calls of its answer. */
  async answered(key: string, answer: ModelAnswer): Promise<CircuitOpenError | undefined> {
    const { calls, usage, id = key, text = "" } = answer;
    const conversation = this.#asking.get(key);
    this.#asking.delete(key);
    // guard judges an answer that asks for calls by these calls.
    const result = calls.length === 0 ? text : calls;
    await this.end(key, { status: "success", result, ...(usage === undefined ? {} : { usage }) });
    if (conversation !== undefined) this.#conversations.answered(conversation, answer);
    const lastSaid = text.trim() || conversation?.lastSaid;
    return this.#ask(conversation?.lane ?? this.#lane, calls, id, { lastSaid });
  }

  /** Asks for the calls of one answer. Returns the error, if they stop the run. */
  async ask(
    calls: readonly ToolCall[],
    answer: string,
    options: AskOptions = {},
  ): Promise<CircuitOpenError | undefined> {
    return this.#ask(this.#lane, calls, answer, options);
  }

  /** A tool is about to start. If no answer has asked for it, the user's code calls it, and this asks for it now. */
  async start(call: ToolCall, options: StartOptions = {}): Promise<Starting> {
    const { key = this.run.newKey(), canRefuse } = options;
    const asked = this.startAsked(call, { ...options, key });
    if (asked !== undefined) return asked;
    await this.ask([unnamed(call)], key);
    return startCall(this.run, callKey(key, 0), key, canRefuse);
  }

  /** `start` for frameworks whose tools can't wait. guard judges with what this process knows. */
  startSync(call: ToolCall, options: StartOptions = {}): Starting {
    const { key = this.run.newKey(), canRefuse } = options;
    const asked = this.startAsked(call, { ...options, key });
    if (asked !== undefined) return asked;
    this.#askSync(unnamed(call), key, key);
    return startCall(this.run, callKey(key, 0), key, canRefuse);
  }

  /**
   * `start` for a call that an answer has asked for, in this run or in an earlier one that waited for a human. Returns
   * `undefined` for any other call.
   */
  startAsked(call: ToolCall, options: StartOptions = {}): Starting | undefined {
    const { key = this.run.newKey(), sought = call, canRefuse } = options;
    const found = this.#asked.keyOfStart(this.#lane, sought);
    if (found !== undefined) return startCall(this.run, found, key, canRefuse);
    const answer = this.run.resume(call);
    if (answer === undefined) return undefined;
    this.run.beginsTurn("result");
    this.#askSync(call, answer, key);
    return startCall(this.run, callKey(key, 0), key, canRefuse);
  }

  /** The stage of a call. `undefined` if it has come back, or if no answer has asked for it. */
  stageOf(call: Sought): AskedCall["stage"] | undefined {
    const key = this.#asked.keyOfStart(this.#lane, call);
    return key === undefined ? undefined : this.#asked.get(key)?.stage;
  }

  /** An executor announces an action: an answer asked for it, or a model wrote it as text. */
  async announce(call: ToolCall, key: string): Promise<CircuitOpenError | undefined> {
    const found = this.#asked.keyOfAction(this.#lane, call);
    const asked = found === undefined ? undefined : this.#asked.move(found, "announced");
    if (asked === undefined) return this.ask([call], key, { stage: "announced" });
    return stopOf(this.run, asked);
  }

  /** The decision about a call of an answer, as it is now. `undefined` if guard allows the call without a warning. */
  decisionFor(call: ToolCall): Decision | undefined {
    const { breaker } = this.run;
    if (this.#asked.areAllAllowed && breaker.state === "closed" && !this.run.hasResumed) {
      return undefined;
    }
    const key = this.#asked.keyOfStart(this.#lane, call);
    const asked = key === undefined ? undefined : this.#asked.get(key);
    if (asked !== undefined) return asked.lane.check(asked.decision);
    const answer = this.run.resume(call);
    if (answer === undefined) return undefined;
    return this.#askSync(call, answer, answer);
  }

  /** A call has come back. Leave `outcome` out if only the next request will show it. */
  async end(key: string, outcome: Outcome | undefined): Promise<void> {
    if (outcome === undefined) return void this.#asked.move(key, "ended");
    const asked = this.#ended(key, outcome);
    await asked?.lane.settle(asked.decision.token, outcome);
  }

  /** `end` for what can't wait. */
  endSync(key: string, outcome: Outcome): void {
    const asked = this.#ended(key, outcome);
    asked?.lane.settleSync(asked.decision.token, outcome);
  }

  /**
   * A call has failed, and the framework may try it again: only the last try gives the outcome. A call without an id
   * would not be recognised, so it has failed now.
   */
  async failed(key: string, failure: Outcome): Promise<void> {
    const asked = this.#asked.move(key, "ended", failure);
    if (asked?.call.id === undefined) await this.end(key, failure);
  }

  /** Reads outcomes that only the messages of a request show, such as those of tools that don't exist. */
  async takeOutcomes(shown: Shown): Promise<void> {
    const lane = this.#conversations.find(shown)?.lane;
    if (lane !== undefined) await takeOutcomes(this.run, lane, shown);
  }

  /** Asks whether a model call would pass, and does not make it. A call that does not pass stops the run. */
  async wouldPass(call: ModelCall): Promise<boolean> {
    const lane = this.#lane;
    const [decision] = await decide(this.#by(lane), [call], undefined);
    if (decision?.verdict === "open") return false;
    await lane.release(decision!.token);
    return true;
  }

  /** The lane of the latest conversation. */
  get #lane(): BreakerLane {
    return this.#conversations.current.lane;
  }

  /** Finds the conversation of a request, and reads what the request shows. */
  async #goOn(shown: Shown | undefined, key: string): Promise<Conversation> {
    const conversations = this.#conversations;
    const found = shown === undefined ? conversations.current : conversations.find(shown);
    const conversation = found ?? conversations.begin();
    if (shown !== undefined && found === undefined) conversation.lane.begin(printOfRequest(shown));
    // Before any `await`: requests that come at the same time are conversations of their own.
    conversations.asked(conversation, shown, key);
    this.#asking.set(key, conversation);
    if (shown === undefined) this.run.beginsTurn(undefined);
    else {
      await takeOutcomes(this.run, conversation.lane, shown);
      await goOnWith(this.run, conversation, shown, found !== undefined);
    }
    return conversation;
  }

  async #ask(
    lane: BreakerLane,
    calls: readonly ToolCall[],
    answer: string,
    { key = answer, stage = "asked", lastSaid }: AskOptions,
  ): Promise<CircuitOpenError | undefined> {
    if (calls.length === 0) return undefined;
    this.run.beginsTurn(undefined);
    const meant = calls.map((call) => this.run.handoffs.toCall(call, lastSaid));
    const decisions = await decide(this.#by(lane), meant, answer);
    return remember(this.#by(lane), calls, meant, decisions, { key, answer, stage });
  }

  #askSync(call: ToolCall, answer: string, key: string): Decision {
    const { run } = this;
    run.beginsTurn(undefined);
    const asking = this.#by(this.#lane);
    const meant = [run.handoffs.toCall(call)];
    const decisions = decideSync(asking, meant, answer);
    remember(asking, [call], meant, decisions, { key, answer, stage: "asked" });
    return decisions[0]!;
  }

  /** Forgets a call that is over. Returns it, if guard has asked for it. */
  #ended(key: string, outcome: Outcome): AskedCall | undefined {
    this.#asking.delete(key);
    providerSaid(this.run, key, outcome);
    return this.#asked.take(key);
  }

  /** Who asks: a lane of this agent. */
  #by(lane: BreakerLane): Deciding {
    return { run: this.run, lane, told: this.told };
  }

  get #asked(): AskedCalls {
    return this.run.asked;
  }
}
