import type { Breaker, BreakerSource, CircuitOpenError, Lane } from "@guard/core";
import {
  isRegistry,
  setBounded,
  startRun,
  tellUnguarded,
  type GuardedRun,
  type ThreadMemory,
} from "@guard/core/adapter";
import { approvedOver } from "./approved.ts";
import { exitsOf } from "./exits.ts";
import type { Handoffs } from "./handoffs.ts";
import { callKey, withSpending, type GuardRecord } from "./record.ts";
import { Requests } from "./requests.ts";
import type { Run } from "./run-tree.ts";
import { threadsOf, type Threads } from "./threads.ts";

const maxLanes = 1_000;

/** Stands for a checkpointer that is not known yet. */
const anyCheckpointer = {};

/** One root run: everything below one `invoke`, under one breaker. */
export class Root {
  readonly requests: Requests = new Requests();
  readonly handoffs: Handoffs;
  /** The error with which a call of this run was refused: it must reach whoever started the run. */
  stopped: CircuitOpenError | undefined;
  /** Whether a middleware has made an answer of that error: then it need not reach anybody. */
  answered = false;
  /** Whether a middleware of this run answers trips. */
  answersTrips = false;
  /** While the one granted call is made: the run of the node that makes it, and what stops all others. */
  lastWord: { readonly run: Run; readonly stop: CircuitOpenError } | undefined;
  /** Whether the tools of this run tell guard that they start. */
  readonly seesTools: boolean;
  /** What a lane's model is to read along with the results of its latest round. */
  readonly notes: WeakMap<Lane, readonly string[]> = new WeakMap();
  /** The answers that models have given, as objects: what else comes back was made by somebody. */
  readonly given: WeakSet<object> = new WeakSet();
  /** The latest user message of the latest request and how many it held, by agent. */
  readonly heard: Map<string, { readonly text: string; readonly count: number }> = new Map();
  /** Whether a model call of this run was ever heard of. */
  hearsModels = false;
  /** Whether the root run is over; a branch may go on in the background. */
  ended = false;
  /** With what the run was resumed, until something is asked for. */
  resume: unknown;
  /** Whether it was sent to an older checkpoint of its thread. */
  isRewound = false;
  #isToldUnguarded = false;
  readonly #source: BreakerSource;
  readonly #id: string;
  readonly #threads: Threads | undefined;
  readonly #lanes = new Map<string, Lane>();
  #thread: ThreadMemory<GuardRecord> | undefined;
  /** The thread by its name alone: a run that goes on in a tool has not heard of its checkpointer. */
  #named: ThreadMemory<GuardRecord> | undefined;
  #from: GuardRecord | undefined;
  /** The record that the state has shown last. */
  #shown: GuardRecord | undefined;
  #run: GuardedRun | undefined;

  constructor(source: BreakerSource, id: string, seesTools: boolean, handoffs: Handoffs) {
    this.handoffs = handoffs;
    this.#source = source;
    this.#id = id;
    this.seesTools = seesTools;
    // Only what a registry makes can go on from a record; anything else has begun before.
    if (isRegistry(source)) this.#threads = threadsOf(source);
    else this.#begin();
  }

  /** The breaker of the run, made when it is first asked for anything. */
  get breaker(): Breaker {
    return (this.#run ?? this.#begin()).breaker;
  }

  /** A lane of the run, always as the same object. */
  lane(agent: string, id: string): Lane {
    const key = `${agent}\n${id}`;
    const found = this.#lanes.get(key) ?? this.breaker.agent(agent, id);
    setBounded(this.#lanes, key, found, maxLanes);
    return found;
  }

  /** Says that a checkpointer keeps the state of this run's agent, and with it what guard writes there. */
  keepIn(checkpointer: object, thread: unknown): void {
    this.#thread = this.#threads?.in(checkpointer, thread);
  }

  /** Says what the state shows: before anything has been asked for, the run goes on from that. */
  restore(shown: GuardRecord | undefined): void {
    this.#shown = shown ?? this.#shown;
    if (this.#run === undefined) this.#from = this.#shown;
  }

  /** Learns what other branches of a thread have spent. */
  async readThread(thread: unknown): Promise<void> {
    this.#named = this.#threads?.in(anyCheckpointer, thread);
    await this.#threads?.load(thread);
  }

  /** Tells, once, of an agent that works without a model that anybody hears. */
  works(agent: string): void {
    if (this.hearsModels || this.#isToldUnguarded) return;
    this.#isToldUnguarded = true;
    tellUnguarded(this.breaker, agent);
  }

  /** The answer of the run that went before which has asked for this call, if it has not run there. */
  askedBefore(id: string | undefined, tool: string, args: unknown): string | undefined {
    return id === undefined ? undefined : this.#from?.open?.[callKey(id, tool, args)];
  }

  /** What the state of an agent is to keep of this run; `undefined` where nobody keeps it. */
  record(): GuardRecord | undefined {
    if (this.#thread === undefined) return undefined;
    const record = this.#recordOf(this.breaker);
    this.#keep(record);
    return record;
  }

  end(): void {
    const { breaker, end } = this.#run ?? this.#begin();
    if (this.#thread !== undefined) this.#keep(this.#recordOf(breaker));
    end();
  }

  #keep(record: GuardRecord): void {
    for (const thread of [this.#thread, this.#named]) thread?.keep(record, this.#shown);
  }

  #recordOf(breaker: Breaker): GuardRecord {
    const approved = [...approvedOver(breaker)];
    return { snapshot: breaker.snapshot(), open: this.requests.open(), approved };
  }

  #begin(): GuardedRun {
    this.#from =
      this.#from === undefined
        ? withSpending(undefined, this.#thread?.spent)
        : ((this.#thread ?? this.#named)?.goOn(this.#from, this.isRewound) ?? this.#from);
    const { snapshot } = this.#from ?? {};
    this.#run = startRun(this.#source, this.#id, exitsOf(this.#source), snapshot);
    const approved = approvedOver(this.#run.breaker);
    for (const question of this.#from?.approved ?? []) approved.add(question);
    return this.#run;
  }
}
