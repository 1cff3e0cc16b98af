import { admitCalls, passAnyway } from "./admission.ts";
import type { Breaker } from "./breaker.ts";
import type { Call, Decision, Outcome, Settlement, Token, Usage } from "./call.ts";
import { apply } from "./change.ts";
import { denied } from "./circuit.ts";
import { costOf, withEstimate } from "./costs.ts";
import { CallRefusedError, type CircuitOpenError } from "./errors.ts";
import type { AdmitOptions, Lane, RunContext, RunOptions } from "./lane.ts";
import { normalized, withPolicy } from "./options.ts";
import { handoffTable } from "./rules/handoffs.ts";
import { hash } from "./signature/hash.ts";
import { settleResult } from "./settlement.ts";
import { freshLane } from "./state.ts";

/** User messages a lane remembers having heard. */
const heardMessages = 64;

/** Evidence of the whole breaker that a new turn makes obsolete: asked again, it is meant again. */
const perTurn: readonly string[] = ["mutation", handoffTable];

type Decisions<Calls extends readonly Call[]> = { [K in keyof Calls]: Decision };

/** A lane is a name and a key; everything else is in the breaker's state. */
export class BreakerLane implements Lane {
  readonly agent: string;
  readonly #key: string;
  readonly #breaker: Breaker;

  constructor(breaker: Breaker, agent: string, key: string) {
    this.#breaker = breaker;
    this.agent = agent;
    this.#key = key;
  }

  userMessage(text: string): void {
    const { circuit, recording } = this.#breaker;
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
    options: AdmitOptions = {},
  ): Promise<Decisions<Calls>> {
    await this.#breaker.ready();
    const decisions = this.#decide(calls, options);
    await this.#breaker.save();
    return decisions;
  }

  admitSync<const Calls extends readonly Call[]>(
    calls: Calls,
    options: AdmitOptions = {},
  ): Decisions<Calls> {
    if (this.#breaker.ready() instanceof Promise) this.#breaker.tell({ type: "judged-locally" });
    const decisions = this.#decide(calls, options);
    void this.#breaker.save();
    return decisions;
  }

  async settle(token: Token, outcome: Outcome): Promise<Settlement> {
    const settlement = this.#take(token, outcome);
    await this.#breaker.save();
    return settlement;
  }

  settleSync(token: Token, outcome: Outcome): Settlement {
    const settlement = this.#take(token, outcome);
    void this.#breaker.save();
    return settlement;
  }

  check(decision?: Decision): Decision {
    const { circuit } = this.#breaker;
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
    const { signal } = this.#breaker;
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

  runAnyway({ findings }: Decision, asked: Call): Decision {
    const { circuit, settings, recording } = this.#breaker;
    const call = withPolicy(settings, withEstimate(settings, asked));
    const token = passAnyway(circuit, this.#key, this.agent, call);
    recording?.started(this.agent, [[token.id, call]]);
    return { verdict: "warn", findings, token };
  }

  toError(decision: Decision): CircuitOpenError | CallRefusedError {
    const [finding] = decision.findings;
    if (decision.verdict === "block" && finding !== undefined) {
      return new CallRefusedError(finding, decision.retryAfterMs);
    }
    if (finding === undefined) throw new TypeError("there is no error for a call that is allowed");
    return this.#breaker.openError(denied(finding, decision.retryAfterMs));
  }

  /** What a call says it has cost; what the option throws is told, and costs nothing. */
  #usageOf<T>(result: T, { usage }: RunOptions<T>): Usage | undefined {
    try {
      return usage?.(result);
    } catch (error) {
      this.#breaker.tell({ type: "port-error", port: "usage", error });
      return undefined;
    }
  }

  /** Judges the calls that were not judged before under the same answer. */
  #decide<const Calls extends readonly Call[]>(
    calls: Calls,
    { answer }: AdmitOptions,
  ): Decisions<Calls> {
    const { circuit, settings, recording } = this.#breaker;
    const { decided, generation } = circuit.state;
    const keys = calls.map((call, index) => `${this.#key}\n${answer}\n${call.id ?? index}`);
    const known = keys.map((key) => {
      const decision = answer === undefined ? undefined : decided.get(key);
      // What was refused before the circuit moved is judged again: a resumed run may go on.
      const outdated = decision?.token.refused && decision.token.generation !== generation;
      return outdated ? undefined : decision;
    });
    const fresh = calls
      .filter((_, index) => known[index] === undefined)
      .map((call) => withPolicy(settings, withEstimate(settings, call)));
    const judged = fresh.length === 0 ? [] : [...admitCalls(circuit, this.#key, this.agent, fresh)];
    recording?.started(
      this.agent,
      judged.flatMap(({ token }, index) =>
        token.refused === true ? [] : [[token.id, fresh[index]!] as const],
      ),
    );
    const decisions = known.map((decision) => decision ?? judged.shift()!);
    if (answer !== undefined) {
      // A denial is not kept: the latch says it again, as long as it holds.
      const changes = decisions.flatMap((to, index) =>
        to.verdict === "open" ? [] : [{ set: "decided", key: keys[index]!, to } as const],
      );
      apply(circuit.state, changes);
    }
    return decisions.map((decision) => this.check(decision)) as Decisions<Calls>;
  }

  #take(token: Token, outcome: Outcome): Settlement {
    const { circuit, settings, recording } = this.#breaker;
    const call = circuit.state.inFlight.get(token.id);
    const usage = call && costOf(settings, call, outcome, (event) => this.#breaker.tell(event));
    recording?.settled(token.id, outcome, usage);
    const told = call === undefined ? outcome : normalized(settings, call.signed.tool, outcome);
    return settleResult(circuit, token, told, usage);
  }
}
