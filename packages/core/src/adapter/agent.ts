import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Call, Decision, ModelCall, Outcome, ToolCall } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { admitOrWait } from "./admit-or-wait.ts";
import { callKey, type AskedCall, type AskedCalls, type Sought } from "./asked-calls.ts";
import type { AskOptions, ModelAnswer, Shown, Starting, StartOptions } from "./asking.ts";
import { hear, noteOverlap } from "./hear.ts";
import type { Run } from "./run.ts";
import { letRun, startCall, stopOf } from "./start-call.ts";
import { tell, type Told } from "./told.ts";
import type { Said } from "./turns.ts";

/** One agent of a run, or one of its instances: what it asks for, and what comes back. */
export class Agent {
  readonly name: string;
  readonly run: Run;
  /** What the model is to be told about calls, by their ids. */
  readonly told: Told = new Map();
  readonly #lane: BreakerLane;
  #said: Said | undefined;

  constructor(run: Run, name: string, lane: BreakerLane) {
    this.run = run;
    this.name = name;
    this.#lane = lane;
  }

  /**
   * Takes in what a request shows, then asks for the model call. `key` is the framework's own id of the call.
   */
  async request(
    call: ModelCall,
    shown?: Shown,
    key: string = this.run.newKey(),
  ): Promise<Starting> {
    this.run.hearsModels = true;
    if (shown !== undefined) {
      await this.takeOutcomes(shown);
      this.#said = hear(this.run, this.#lane, this.#said, shown.said?.());
    }
    const [decision] = await this.#admit([call], key);
    const refused = this.#refusedBy(decision!);
    noteOverlap(this.run, this.#lane);
    // A request may be long: only that it was made is remembered.
    const kept = { ...call, prompt: undefined };
    const asked = { call: kept, meant: kept, answer: key, decision: decision!, ...this.#own };
    if (refused === undefined) this.#asked.set(key, { ...asked, stage: "started" });
    return { key, decision: decision!, refused };
  }

  /** Books what a model call has cost, then asks for the calls of its answer. */
  async answered(key: string, answer: ModelAnswer): Promise<CircuitOpenError | undefined> {
    const { calls, usage, id = key } = answer;
    const result = calls.length === 0 ? answer.text : undefined;
    await this.end(key, { status: "success", result, ...(usage === undefined ? {} : { usage }) });
    return this.ask(calls, id, { lastSaid: answer.lastSaid });
  }

  /** Asks for the calls of one answer. Returns what stops the run, if they do. */
  async ask(
    calls: readonly ToolCall[],
    answer: string,
    { key = answer, stage = "asked", lastSaid }: AskOptions = {},
  ): Promise<CircuitOpenError | undefined> {
    if (calls.length === 0) return undefined;
    const meant = calls.map((call) => this.run.handoffs.toCall(call, lastSaid));
    const decisions = await this.#admit(meant, answer);
    return this.#remember(calls, meant, decisions, { key, answer, stage });
  }

  /**
   * A tool is about to start. One that no answer asks for is asked for now: the user's code calls it.
   */
  async start(call: ToolCall, options: StartOptions = {}): Promise<Starting> {
    const { key = this.run.newKey(), canRefuse } = options;
    const asked = this.startAsked(call, { ...options, key });
    if (asked !== undefined) return asked;
    await this.ask([unnamed(call)], key);
    return startCall(this.run, callKey(key, 0), key, canRefuse);
  }

  /** `start` for frameworks whose tools can't wait: guard judges what it has not judged with what it knows. */
  startSync(call: ToolCall, options: StartOptions = {}): Starting {
    const { key = this.run.newKey(), canRefuse } = options;
    const asked = this.startAsked(call, { ...options, key });
    if (asked !== undefined) return asked;
    this.#askSync(unnamed(call), key, key);
    return startCall(this.run, callKey(key, 0), key, canRefuse);
  }

  /**
   * `start` for a call that an answer has asked for, here or in an earlier run that has waited for a human;
   * `undefined` for any other.
   */
  startAsked(call: ToolCall, options: StartOptions = {}): Starting | undefined {
    const { key = this.run.newKey(), sought = call, canRefuse } = options;
    const found = this.#asked.keyOfStart(this.#lane, sought);
    if (found !== undefined) return startCall(this.run, found, key, canRefuse);
    const answer = this.run.resume(call);
    if (answer === undefined) return undefined;
    this.#askSync(call, answer, key);
    return startCall(this.run, callKey(key, 0), key, canRefuse);
  }

  /** How far a call is that an answer has asked for; `undefined` where it has come back, or was not asked for. */
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

  /** What there is to say about a call of an answer now; `undefined` where it is simply allowed. */
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

  /**
   * A call has come back. Without an outcome it has ended with one that only the next request shows.
   */
  async end(key: string, outcome: Outcome | undefined): Promise<void> {
    if (outcome === undefined) return void this.#asked.move(key, "ended");
    const asked = this.#asked.take(key);
    await asked?.lane.settle(asked.decision.token, outcome);
  }

  /** `end` for what can't wait. */
  endSync(key: string, outcome: Outcome): void {
    const asked = this.#asked.take(key);
    asked?.lane.settleSync(asked.decision.token, outcome);
  }

  /**
   * A call has failed and the framework may try it again: what comes back in the end is its outcome. One without an
   * id would not be recognised, and has failed now.
   */
  async failed(key: string, failure: Outcome): Promise<void> {
    const asked = this.#asked.move(key, "ended", failure);
    if (asked?.call.id === undefined) await this.end(key, failure);
  }

  /** Takes in what only the messages of a request show: results of tools that don't exist, say. */
  async takeOutcomes({ outcomes }: Shown): Promise<void> {
    if (this.#asked.isEmpty) return;
    await this.run.settleLeftovers(this.#lane);
    for (const [id, outcome] of outcomes()) {
      const key = this.#asked.keyOfResult(this.#lane, id);
      if (key === undefined || outcome === undefined) continue;
      if (!this.run.seesTools) letRun(this.#asked, key);
      await this.end(key, outcome);
    }
  }

  /** Finds out whether a model call would pass, and does not make it. One that does not pass stops the run. */
  async wouldPass(call: ModelCall): Promise<boolean> {
    const [decision] = await this.#admit([call], undefined);
    if (decision?.verdict === "open") return false;
    await this.#lane.release(decision!.token);
    return true;
  }

  /** What is remembered of this agent with each call that it asks for. */
  get #own(): Pick<AskedCall, "lane" | "told"> {
    return { lane: this.#lane, told: this.told };
  }

  get #asked(): AskedCalls {
    return this.run.asked;
  }

  async #admit(calls: readonly Call[], answer: string | undefined): Promise<readonly Decision[]> {
    const { run } = this;
    const denied = run.latch.denial(this.#lane);
    if (denied !== undefined) return calls.map(() => denied);
    const options = { mayProbe: run.latch.mayProbe, ...(answer === undefined ? {} : { answer }) };
    const decisions: readonly Decision[] = await admitOrWait(
      run.breaker,
      this.#lane,
      calls,
      options,
    );
    this.#noteStop(decisions);
    return decisions;
  }

  #askSync(call: ToolCall, answer: string, key: string): Decision {
    const { run } = this;
    const meant = [run.handoffs.toCall(call)];
    const denied = run.latch.denial(this.#lane);
    const options = { answer, mayProbe: run.latch.mayProbe };
    const decisions = denied === undefined ? this.#lane.admitSync(meant, options) : [denied];
    this.#remember([call], meant, decisions, { key, answer, stage: "asked" });
    return decisions[0]!;
  }

  #noteStop(decisions: readonly Decision[]): CircuitOpenError | undefined {
    const stopping = decisions.find(({ verdict }) => verdict === "open");
    return stopping === undefined ? undefined : this.run.latch.stopBy(this.#lane, stopping);
  }

  #remember(
    calls: readonly ToolCall[],
    meant: readonly Call[],
    decisions: readonly Decision[],
    { key, answer, stage }: Required<Pick<AskOptions, "key" | "stage">> & { answer: string },
  ): CircuitOpenError | undefined {
    for (const [index, call] of calls.entries()) {
      const decision = decisions[index]!;
      const asked = { call, meant: meant[index]!, answer, decision, stage, ...this.#own };
      this.#asked.set(callKey(key, index), asked);
      tell(this.told, call.id, decision, false);
    }
    return this.#noteStop(decisions);
  }

  #refusedBy(decision: Decision): Starting["refused"] {
    if (decision.verdict === "open") return this.run.stop ?? this.#lane.toError(decision);
    return decision.verdict === "block" ? this.#lane.toError(decision) : undefined;
  }
}

/** A call that no answer asks for: an id that the framework gives with it is that of another call. */
function unnamed(call: ToolCall): ToolCall {
  const { id: _, ...asked } = call;
  return asked;
}
