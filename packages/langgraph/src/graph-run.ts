import type {
  Breaker,
  BreakerSource,
  Call,
  CircuitOpenError,
  Decision,
  Lane,
  OnTrip,
  Registry,
  Settlement,
  Token,
} from "@guard/core";
import {
  isRegistry,
  runAnyway,
  setBounded,
  standsFor,
  type ThreadMemory,
} from "@guard/core/adapter";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { Calls } from "./calls.ts";
import { withSpending, type GuardRecord } from "./state.ts";
import { toRecord } from "./to-answer.ts";
import {
  lastSaidIn,
  toCall,
  transferTools,
  type Asked,
  type HandoffOptions,
  type HandoffReader,
} from "./to-call.ts";

const maxAgents = 1_000;

/** How the breakers of a source answer a trip, as far as that is known before a run. */
export function onTripOf(source: BreakerSource): OnTrip | undefined {
  if (typeof source === "function") return undefined;
  return isRegistry(source) ? source.breaker().onTrip : source.onTrip;
}

/** Everything below one `invoke` of a graph: its breaker, and its calls. */
export class GraphRun {
  readonly calls: Calls = new Calls();
  /** The thread of the checkpointer, if there is one. */
  thread: ThreadMemory<GuardRecord> | undefined;
  /** Whether it was sent to an older checkpoint of its thread. */
  isRewound = false;
  /** Whether the graph itself has answered its trip: nobody else need be told. */
  answered = false;
  /** While the one granted call is made: the error node and what runs below it, by LangChain's ids. */
  lastWord: Set<string> | undefined;
  #approved = false;
  readonly #source: BreakerSource;
  readonly #handoffOf: HandoffReader;
  /** The agents' names, by the way tools write them. */
  readonly #agents = new Map<string, string>();
  #breaker: Breaker | undefined;
  #from: GuardRecord | undefined;
  /** The record that the state has shown last. */
  #shown: GuardRecord | undefined;

  constructor(
    source: BreakerSource,
    { handoff = transferTools, agents = [] }: HandoffOptions = {},
  ) {
    this.#source = source;
    this.#handoffOf = handoff;
    for (const name of agents) this.#agents.set(asInTools(name), name);
  }

  /** The breaker of the run, made when it is first asked for anything. */
  get breaker(): Breaker {
    if (this.#breaker !== undefined) return this.#breaker;
    const source = typeof this.#source === "function" ? this.#source() : this.#source;
    this.#breaker = isRegistry(source) ? this.#restored(source) : source;
    return this.#breaker;
  }

  /** Says what the state shows: before anything has been asked for, the run goes on from that. */
  restore(shown: GuardRecord | undefined): void {
    if (shown === undefined) return;
    this.#shown = shown;
    if (!this.calls.areNone) return;
    for (const refused of shown.refused ?? []) {
      this.calls.refuse(refused, this.#lane(refused.agent, refused.id));
    }
    this.#from = shown;
  }

  #restored(registry: Registry): Breaker {
    const { thread } = this;
    const from = this.#from;
    if (from !== undefined) {
      const { snapshot } = thread?.goOn(from, this.isRewound) ?? from;
      return registry.breaker({ restore: snapshot });
    }
    const spent = thread?.spent;
    if (spent === undefined) return registry.breaker();
    const fresh = toRecord(registry.breaker());
    return registry.breaker({ restore: withSpending(fresh, spent).snapshot });
  }

  /** What the graph's state is to keep. */
  record(): GuardRecord {
    const { refused } = this.calls;
    return { ...toRecord(this.breaker), ...(refused.length === 0 ? {} : { refused }) };
  }

  /** A model has answered a request. */
  answeredBy(id: string, request: readonly BaseMessage[], answer: BaseMessage | undefined): void {
    const { tool_calls: asked = [] } = (answer ?? {}) as Partial<AIMessage>;
    const handsOver = ({ name, args }: Asked) =>
      this.#handoffOf({ kind: "tool", tool: name, args }) !== undefined;
    if (asked.some(handsOver)) this.calls.saidLast(id, lastSaidIn(request, answer));
    this.calls.answeredBy(id, answer?.id);
  }

  /** What there is to be said about a call of an answer now; `undefined` where it is simply allowed. */
  decisionFor(call: Asked): Decision | undefined {
    const isSimple = this.calls.areAllowed && this.breaker.state === "closed";
    return isSimple ? undefined : this.calls.decisionFor(call);
  }

  /** The error that refuses a call because the run is, or was, stopped. */
  stopFor(call: Asked): CircuitOpenError | undefined {
    const decision = this.decisionFor(call);
    if (decision?.verdict !== "open") return undefined;
    return this.breaker.agent().toError(decision) as CircuitOpenError;
  }

  /** Whether the run has been stopped: as far as calls are known by what was said of them. */
  isStopped(calls: readonly Asked[]): boolean {
    const known = calls.flatMap((call) => this.decisionFor(call) ?? []);
    if (known.length > 0) return known.some(({ verdict }) => verdict === "open");
    const { state } = this.breaker;
    const isOpen = state === "open" || state === "forced-open";
    // only watching, nothing is stopped
    return isOpen && !this.#approved && this.breaker.agent().check().verdict === "open";
  }

  /** A human lets a stopped run go on. */
  approve(): void {
    this.#approved = true;
    this.answered = false;
  }

  /**
   * The breaker as the callback handler sees it. For the handler a trip is always an error: what becomes
   * of that is the graph's affair. Its lanes see hand-offs as delegations, and remember decisions.
   */
  forHandler(): Breaker {
    const current = () => this.breaker;
    return following(current, {
      get [standsFor]() {
        return current();
      },
      onTrip: "throw",
      agent: (name?: string, id?: string) => this.#lane(name, id),
      ...(isRegistry(this.#source) ? { enter: () => () => this.#end() } : {}),
    });
  }

  /** The root run is over: a breaker of its own ends with it. */
  #end(): void {
    this.thread?.keep(this.record(), this.#shown);
    this.breaker.endRun();
  }

  #lane(name?: string, id = ""): Lane {
    if (name !== undefined) setBounded(this.#agents, asInTools(name), name, maxAgents);
    const own = () => this.breaker.agent(name, id);
    return following(own, {
      admit: async (asked: readonly Call[], { answer: run = "" } = {}) => {
        const refused = this.#refuseLastWord(asked, run, own());
        if (refused !== undefined) return asked.map(() => refused);
        const { calls, answer, lastSaid } = this.calls.question(asked, run);
        const meant = calls.map((call) => this.#toCall(call, lastSaid));
        const decisions: readonly Decision[] = await own().admit(meant, { answer });
        for (const [index, decision] of decisions.entries()) {
          this.calls.decide(calls[index]!, meant[index]!, decision, own(), id);
        }
        return decisions;
      },
      // A run that waits, for a human say, makes the calls that it was allowed when it goes on.
      release: async (token: Token): Promise<Settlement> =>
        own().check().verdict === "open"
          ? own().release(token)
          : { applied: false, reason: "settled" },
      runAnyway: (decision: Decision, call: Call) => {
        this.calls.tell(decision);
        return runAnyway(own(), decision, this.calls.callOf(decision) ?? call);
      },
    });
  }

  /** Keeps the one granted call from a branch that runs beside the error node. */
  #refuseLastWord([call]: readonly Call[], run: string, lane: Lane): Decision | undefined {
    if (call?.kind !== "model" || this.lastWord?.has(run) !== false) return undefined;
    const now = lane.check();
    return now.verdict === "open" ? now : undefined;
  }

  #toCall(asked: Call, lastSaid: string | undefined): Call {
    const call = toCall(asked, this.#handoffOf, lastSaid);
    if (call.kind !== "delegation") return call;
    return { ...call, to: this.#agents.get(asInTools(call.to)) ?? call.to };
  }
}

/** A name as hand-off tools write it. */
function asInTools(name: string): string {
  return name.toLowerCase().replaceAll(/\s+/g, "_");
}

/** An object that is what `current` gives at each use, but for some members of its own. */
function following<T extends object>(
  current: () => T,
  own: Readonly<Record<PropertyKey, unknown>>,
): T {
  return new Proxy({} as T, {
    get(_, name) {
      if (name in own) return own[name];
      const target = current();
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
