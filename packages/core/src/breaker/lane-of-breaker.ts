import { admitCalls, passAnyway } from "../run/admission.ts";
import type { Inside } from "./inside.ts";
import type { Call, Decision, Outcome, Settlement, Token, Usage } from "../vocabulary/call.ts";
import { apply } from "../run/change.ts";
import { denied } from "../run/circuit.ts";
import { needOf, withEstimate } from "../budget/need.ts";
import type { Wanted } from "../budget/wanted.ts";
import { costOf } from "../run/costs.ts";
import { CallRefusedError, type CircuitOpenError } from "../vocabulary/errors.ts";
import type { Lane, RunContext, RunOptions } from "./lane.ts";
import type { ProbeOptions } from "./probe-options.ts";
import { normalized, withPolicy } from "../options/options.ts";
import { inTurn, type MaybePromise } from "../ports/maybe-promise.ts";
import { handoffTable } from "../rules/handoffs.ts";
import { hash } from "../signature/hash.ts";
import { signCall } from "../run/sign-call.ts";
import { settleResult } from "../run/settlement.ts";
import { freshLane } from "../run/state.ts";

/** User messages a lane remembers having heard. */
const heardMessages = 64;

/** Evidence of the whole breaker that a new turn makes obsolete: asked again, it is meant again. */
const perTurn: readonly string[] = ["mutation", handoffTable];

type Decisions<Calls extends readonly Call[]> = { [K in keyof Calls]: Decision };

/** A lane is a name and a key; everything else is in the breaker's state. */
export class BreakerLane implements Lane {
  readonly agent: string;
  readonly #key: string;
  readonly #inside: Inside;

  constructor(inside: Inside, agent: string, key: string) {
    this.#inside = inside;
    this.agent = agent;
    this.#key = key;
  }

  userMessage(text: string): void {
    const { circuit, recording } = this.#inside;
    const lane = circuit.state.lanes.get(this.#key) ?? freshLane(this.agent);
    const message = hash(text);
    if (lane.messages.includes(message)) return;
    recording?.userMessage(this.agent, text);
    const messages = [...lane.messages, message].slice(-heardMessages);
    apply(circuit.state, [
      { set: "lane", lane: this.#key, to: { ...lane, messages, round: undefined, refused: {} } },
      { clear: "evidence", lane: this.#key },
      ...perTurn.map((table) => ({ clear: "shared", table }) as const),
    ]);
  }

  async admit<const Calls extends readonly Call[]>(
    calls: Calls,
    { answer, mayProbe }: ProbeOptions = {},
  ): Promise<Decisions<Calls>> {
    const { latch } = this.#inside;
    // Only what has to be waited for is: elsewhere each wait would cost a turn of the run's own loop.
    const ready = latch.ready();
    if (ready instanceof Promise) await ready;
    const keys = this.#keys(calls, answer);
    const reserved = this.#reserve(this.#wanted(calls, keys));
    const wanted = reserved instanceof Promise ? await reserved : reserved;
    const { decisions, settling } = this.#decide(calls, keys, wanted, mayProbe);
    if (settling instanceof Promise) await settling;
    const saved = latch.save();
    if (saved instanceof Promise) await saved;
    return decisions as Decisions<Calls>;
  }

  admitSync<const Calls extends readonly Call[]>(
    calls: Calls,
    { answer, mayProbe }: ProbeOptions = {},
  ): Decisions<Calls> {
    let isLocal = this.#inside.latch.ready() instanceof Promise;
    const keys = this.#keys(calls, answer);
    let wanted = this.#wanted(calls, keys);
    if (this.#inside.books.answersAtOnce(this.agent, calls)) {
      wanted = this.#reserve(wanted) as typeof wanted;
    } else isLocal = true;
    if (isLocal) this.#inside.tell({ type: "judged-locally" });
    const { decisions } = this.#decide(calls, keys, wanted, mayProbe);
    void this.#inside.latch.save();
    return decisions as Decisions<Calls>;
  }

  async settle(token: Token, outcome: Outcome): Promise<Settlement> {
    const { settlement, booked } = this.#take(token, outcome);
    if (booked instanceof Promise) await booked;
    const saved = this.#inside.latch.save();
    if (saved instanceof Promise) await saved;
    return settlement;
  }

  settleSync(token: Token, outcome: Outcome): Settlement {
    const { settlement } = this.#take(token, outcome);
    void this.#inside.latch.save();
    return settlement;
  }

  async release(token: Token): Promise<Settlement> {
    const { settlement, booked } = this.#take(token, { status: "ignored" }, false);
    if (booked instanceof Promise) await booked;
    return settlement;
  }

  check(decision?: Decision): Decision {
    const { circuit } = this.#inside;
    const { generation } = circuit.state;
    const token = decision?.token ?? { id: "", lane: this.#key, generation };
    const denial = circuit.denial(decision?.token);
    if (denial === undefined) return decision ?? { verdict: "allow", findings: [], token };
    const { finding, ...wait } = denial;
    return { verdict: "open", findings: [finding], token: { ...token, refused: true }, ...wait };
  }

  async run<T>(
    call: Call,
    fn: (context: RunContext) => T | PromiseLike<T>,
    options: RunOptions<T> = {},
  ): Promise<T> {
    const [decision] = await this.admit([call]);
    if (decision.verdict === "block" || decision.verdict === "open") throw this.toError(decision);
    const { token } = decision;
    const { signal } = this.#inside;
    let result: T;
    try {
      result = await fn({ signal });
    } catch (error) {
      const aborted = error instanceof Error && error.name === "AbortError";
      await this.settle(token, aborted ? { status: "ignored" } : { status: "failure", error });
      throw error;
    }
    const usage = this.#usageOf(result, options);
    await this.settle(token, {
      status: "success",
      result,
      ...(usage === undefined ? {} : { usage }),
    });
    return result;
  }

  /**
   * A call was blocked where it can't be refused, so it runs and counts as refused. It is no evidence of a
   * loop, but its cost is booked and its news is heard. Settle the decision that this returns.
   */
  runAnyway({ findings }: Decision, asked: Call): Decision {
    const { circuit, recording } = this.#inside;
    const wanted = this.#want(asked);
    const token = passAnyway(circuit, this.#key, this.agent, wanted);
    recording?.started(this.agent, [[token.id, wanted.call]]);
    return { verdict: "warn", findings, token };
  }

  toError(decision: Decision): CircuitOpenError | CallRefusedError {
    const [finding] = decision.findings;
    if (decision.verdict === "block" && finding !== undefined) {
      return new CallRefusedError(finding, decision.retryAfterMs);
    }
    if (finding === undefined) throw new TypeError("there is no error for a call that is allowed");
    return this.#inside.openError(denied(finding, decision.retryAfterMs));
  }

  /** What a call says it has cost; what the option throws is told, and costs nothing. */
  #usageOf<T>(result: T, { usage }: RunOptions<T>): Usage | undefined {
    try {
      return usage?.(result);
    } catch (error) {
      this.#inside.tell({ type: "port-error", port: "usage", error });
      return undefined;
    }
  }

  /** Under what the calls of an answer are remembered; without an answer they are not. */
  #keys(calls: readonly Call[], answer: string | undefined): readonly string[] | undefined {
    if (answer === undefined) return undefined;
    return calls.map((call, index) => `${this.#key}\n${answer}\n${call.id ?? index}`);
  }

  /** The decision that was made before about the same call of the same answer. */
  #known(key: string | undefined): Decision | undefined {
    if (key === undefined) return undefined;
    const { decided, generation } = this.#inside.circuit.state;
    const decision = decided.get(key);
    // What was refused before the circuit moved is judged again: a resumed run may go on.
    const outdated = decision?.token.refused && decision.token.generation !== generation;
    return outdated ? undefined : decision;
  }

  /** The calls that are to be judged, with what they need; `undefined` in place of those that were. */
  #wanted(
    calls: readonly Call[],
    keys: readonly string[] | undefined,
  ): readonly (Wanted | undefined)[] {
    return calls.map((call, index) =>
      this.#known(keys?.[index]) === undefined ? this.#want(call) : undefined,
    );
  }

  #want(asked: Call): Wanted {
    const { settings } = this.#inside;
    const call = withPolicy(settings, withEstimate(settings, asked));
    return {
      call,
      need: needOf(settings, call, (event) => this.#inside.tell(event)),
      signed: signCall(settings, this.agent, call),
    };
  }

  /** Asks the shared accounts, for one call after the other. */
  #reserve(wanted: readonly (Wanted | undefined)[]): MaybePromise<readonly (Wanted | undefined)[]> {
    const { circuit, books } = this.#inside;
    if (circuit.latched) return wanted;
    return inTurn(wanted, (one) => (one === undefined ? one : books.reserve(this.agent, one)));
  }

  /** Judges the calls that were not judged before under the same answer. */
  #decide(
    calls: readonly Call[],
    keys: readonly string[] | undefined,
    wanted: readonly (Wanted | undefined)[],
    mayProbe: boolean | undefined,
  ): { readonly decisions: readonly Decision[]; readonly settling: MaybePromise<unknown> } {
    const { circuit, recording, books } = this.#inside;
    const fresh: Wanted[] = [];
    const late: Wanted[] = [];
    // Somebody else may have asked about the same answer while the accounts were asked.
    const known = calls.map((call, index) => {
      const decision = this.#known(keys?.[index]);
      const one = wanted[index];
      if (decision === undefined) fresh.push(one ?? this.#want(call));
      else if (one !== undefined) late.push(one);
      return decision;
    });
    const made =
      fresh.length === 0 ? [] : admitCalls(circuit, this.#key, this.agent, fresh, mayProbe);
    const settling = books.decided(this.agent, fresh, made, late);
    recording?.started(this.agent, startedIn(fresh, made));
    let next = 0;
    const decisions = known.map((before, index) => {
      const decision = before ?? made[next++]!;
      // A denial is not kept: the latch says it again, as long as it holds. Nor is a wait for others.
      const isKept = decision.verdict !== "open" && decision.retryAfterMs === undefined;
      const key = keys?.[index];
      if (isKept && key !== undefined)
        apply(circuit.state, [{ set: "decided", key, to: decision }]);
      return decision;
    });
    const checked = decisions.map((decision) =>
      decision.verdict === "open" ? decision : this.check(decision),
    );
    return { decisions: checked, settling };
  }

  #take(
    token: Token,
    outcome: Outcome,
    made = true,
  ): { readonly settlement: Settlement; readonly booked: MaybePromise<unknown> } {
    const { circuit, settings, recording } = this.#inside;
    const call = circuit.state.inFlight.get(token.id);
    const cost = call && costOf(settings, call, outcome, (event) => this.#inside.tell(event));
    if (made) recording?.settled(token.id, outcome, cost?.usage);
    const told = call === undefined ? outcome : normalized(settings, call.signed.tool, outcome);
    const { settlement, postings } = settleResult(circuit, token, told, cost, made);
    if (call === undefined || cost === undefined || token.refused) {
      return { settlement, booked: undefined };
    }
    const { agent } = circuit.place(token.lane, this.agent, 0).lane;
    const status = made ? outcome.status : "released";
    return {
      settlement,
      booked: this.#inside.books.settled(agent, token.id, call, status, cost.spent, postings),
    };
  }
}

/** The calls that may run, with the ids of their tokens. */
function startedIn(
  asked: readonly Wanted[],
  decisions: readonly Decision[],
): readonly (readonly [string, Call])[] {
  return decisions.flatMap(({ token }, index) =>
    token.refused === true ? [] : [[token.id, asked[index]!.call] as const],
  );
}
