import { decisionKeys, rememberedDecision } from "../run/remembered-decision.ts";
import { admitCalls } from "../run/admit-calls.ts";
import { startAnyway } from "../run/start-calls.ts";
import { HeardLane } from "./heard-lane.ts";
import type { Call, Decision, Outcome, Settlement, Token, Usage } from "../vocabulary/call.ts";
import { countRound, rememberDecision } from "../run/write-state.ts";
import { denied } from "../run/circuit.ts";
import { type RequestedCall, requestedCall } from "../run/requested-call.ts";
import { CallRefusedError, type CircuitOpenError } from "../vocabulary/errors.ts";
import type { Lane, RunContext, RunOptions } from "./lane.ts";
import type { ProbeOptions } from "./probe-options.ts";
import { inTurn, type MaybePromise } from "../ports/maybe-promise.ts";
import { checkDecision } from "./check-arguments.ts";
import { checkFunction } from "../options/check-value.ts";
import { checkCall, checkedCalls } from "./check-calls.ts";
import { takeResult } from "./take-result.ts";

/** A call for each of `T`. The compiler then checks the fields of each call; a type parameter alone would allow any. */
type Asked<T extends readonly unknown[]> = readonly [...{ [K in keyof T]: Call }];
type Decisions<T extends readonly unknown[]> = { [K in keyof T]: Decision };

/** A lane: asks for calls, and takes in what came back. */
export class BreakerLane extends HeardLane implements Lane {
  async admit<const Calls extends readonly unknown[]>(
    asked: Asked<Calls>,
    { answer, ...how }: ProbeOptions = {},
  ): Promise<Decisions<Calls>> {
    const calls = checkedCalls(asked);
    const { latch } = this.inside;
    // Wait only for promises: any other `await` would cost a turn of the event loop.
    const ready = latch.ready();
    if (ready instanceof Promise) await ready;
    const keys = decisionKeys(this.name.key, calls, answer);
    const reserved = this.#reserve(this.#requested(calls, keys), { canAsk: true });
    const requested = reserved instanceof Promise ? await reserved : reserved;
    const taking = latch.take(requested);
    const taken = taking instanceof Promise ? await taking : taking;
    const { decisions, settling } = latch.using(taken, () =>
      this.#decide(calls, keys, requested, how),
    );
    if (settling instanceof Promise) await settling;
    const saved = latch.save();
    if (saved instanceof Promise) await saved;
    return decisions as Decisions<Calls>;
  }

  admitSync<const Calls extends readonly unknown[]>(
    asked: Asked<Calls>,
    { answer, ...how }: ProbeOptions = {},
  ): Decisions<Calls> {
    const calls = checkedCalls(asked);
    const { latch } = this.inside;
    let isLocal = latch.ready() instanceof Promise;
    const keys = decisionKeys(this.name.key, calls, answer);
    let requested = this.#requested(calls, keys);
    const canAsk = this.inside.books.answersAtOnce(this.agent, calls);
    requested = this.#reserve(requested, { canAsk }) as typeof requested;
    const taking = latch.take(requested);
    const isLate = taking instanceof Promise;
    if (isLate) latch.giveBackLater(taking);
    isLocal ||= !canAsk || isLate;
    if (isLocal) this.inside.tell({ type: "judged-locally" });
    const { decisions } = latch.using(isLate ? undefined : taking, () =>
      this.#decide(calls, keys, requested, how),
    );
    void latch.save();
    return decisions as Decisions<Calls>;
  }

  async settle(token: Token, outcome: Outcome): Promise<Settlement> {
    const { settlement, booked } = takeResult(this.inside, this.agent, token, outcome);
    if (booked instanceof Promise) await booked;
    const saved = this.inside.latch.save();
    if (saved instanceof Promise) await saved;
    return settlement;
  }

  settleSync(token: Token, outcome: Outcome): Settlement {
    const { settlement } = takeResult(this.inside, this.agent, token, outcome);
    void this.inside.latch.save();
    return settlement;
  }

  async release(token: Token): Promise<Settlement> {
    const { settlement, booked } = takeResult(
      this.inside,
      this.agent,
      token,
      { status: "ignored" },
      false,
    );
    if (booked instanceof Promise) await booked;
    return settlement;
  }

  check(decision?: Decision): Decision {
    if (decision !== undefined) checkDecision(decision);
    const { circuit } = this.inside;
    const { generation } = circuit.state;
    const token = decision?.token ?? { id: "", lane: this.name.key, generation };
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
    checkCall(call, "call");
    checkFunction(fn, "fn", "lane.run(call, () => search(args))");
    const [decision] = await this.admit([call]);
    if (decision.verdict === "block" || decision.verdict === "open") throw this.toError(decision);
    const { token } = decision;
    const { signal } = this.inside;
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
   * Starts a blocked call that the framework can't refuse: it runs, and counts as refused. guard books its cost and
   * learns its news, but it is no evidence of a loop. Settle the decision that this returns.
   */
  runAnyway({ findings }: Decision, asked: Call): Decision {
    const { circuit, recording, books } = this.inside;
    const requested = this.#want(asked);
    const token = startAnyway(circuit, this.name.key, this.agent, requested);
    recording?.started(this.agent, this.id, [requested.call], [token]);
    void books.writeDecisions(this.agent, [requested], [{ verdict: "block", findings, token }], []);
    this.tellBlocked(findings, true);
    return { verdict: "warn", findings, token };
  }

  /** Emits the `block` event of a refused call, with whether it ran all the same. */
  tellBlocked([finding]: Decision["findings"], executed: boolean): void {
    if (finding !== undefined) {
      this.inside.tell({ type: "block", finding, observed: false, executed });
    }
  }

  toError(decision: Decision): CircuitOpenError | CallRefusedError {
    checkDecision(decision);
    const [finding] = decision.findings;
    if (decision.verdict === "block" && finding !== undefined) {
      const text = this.inside.texts.refused(finding);
      return new CallRefusedError(finding, decision.retryAfterMs, text);
    }
    if (finding === undefined)
      throw new TypeError("decision: guard allows this call, so there is no error");
    return this.inside.openError(denied(finding, decision.retryAfterMs));
  }

  /**
   * What a call has used, by the option `usage`. If the option throws, guard emits an event, and the call costs
   * nothing.
   */
  #usageOf<T>(result: T, { usage }: RunOptions<T>): Usage | undefined {
    try {
      return usage?.(result);
    } catch (error) {
      this.inside.tell({ type: "port-error", port: "usage", error });
      return undefined;
    }
  }

  /** The calls to judge, with what they need. `undefined` in place of calls that were judged before. */
  #requested(
    calls: readonly Call[],
    keys: readonly string[] | undefined,
  ): readonly (RequestedCall | undefined)[] {
    return calls.map((call, index) =>
      rememberedDecision(this.inside.circuit.state, keys?.[index]) === undefined
        ? this.#want(call)
        : undefined,
    );
  }

  #want(asked: Call): RequestedCall {
    return requestedCall(this.inside.settings, this.agent, asked, (event) =>
      this.inside.tell(event),
    );
  }

  /** Asks the shared accounts for one call after the other. */
  #reserve(
    requested: readonly (RequestedCall | undefined)[],
    how: { readonly canAsk: boolean },
  ): MaybePromise<readonly (RequestedCall | undefined)[]> {
    const { circuit, books } = this.inside;
    if (circuit.latched) return requested;
    return inTurn(requested, (one) =>
      one === undefined ? one : books.reserve(this.agent, one, how),
    );
  }

  /** Judges the calls that were not judged before under the same answer. */
  #decide(
    calls: readonly Call[],
    keys: readonly string[] | undefined,
    requested: readonly (RequestedCall | undefined)[],
    how: ProbeOptions,
  ): { readonly decisions: readonly Decision[]; readonly settling: MaybePromise<unknown> } {
    const { circuit, recording, books } = this.inside;
    const fresh: RequestedCall[] = [];
    const late: RequestedCall[] = [];
    // Another caller may have asked about the same answer while this one waited for the accounts.
    const known = calls.map((call, index) => {
      const decision = rememberedDecision(this.inside.circuit.state, keys?.[index]);
      const one = requested[index];
      if (decision === undefined) fresh.push(one ?? this.#want(call));
      else if (one !== undefined) late.push(one);
      return decision;
    });
    const made = fresh.length === 0 ? [] : admitCalls(circuit, this.name, fresh, how);
    if (fresh.some(({ call }) => call.kind !== "model")) countRound(circuit.state, this.name.key);
    const settling = books.writeDecisions(this.agent, fresh, made, late);
    recording?.started(
      this.agent,
      this.id,
      fresh.map(({ call }) => call),
      made.map(({ token }) => token),
    );
    let next = 0;
    const decisions = known.map((before, index) => {
      const decision = before ?? made[next++]!;
      // Don't keep a denial: the latch repeats it as long as it holds. Nor a wait for other calls.
      const isKept = decision.verdict !== "open" && decision.retryAfterMs === undefined;
      const key = keys?.[index];
      if (isKept && key !== undefined) rememberDecision(circuit.state, key, decision);
      return decision.verdict === "open" ? decision : this.check(decision);
    });
    return { decisions, settling };
  }
}
