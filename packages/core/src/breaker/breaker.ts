import { spending, type Spending } from "../budget/balance.ts";
import { Books } from "../run/books.ts";
import { Accounting } from "../budget/accounting.ts";
import { accountFaults } from "../budget/limit-faults.ts";
import { runAccount } from "../budget/line.ts";
import type { Finding } from "../vocabulary/call.ts";
import { apply } from "../run/change.ts";
import { markContract } from "./contract.ts";
import { Circuit, type Denial } from "../run/circuit.ts";
import {
  BudgetExceededError,
  CircuitOpenError,
  OptionsError,
  type TripReport,
} from "../vocabulary/errors.ts";
import {
  Emitter,
  type CircuitStatus,
  type EventDraft,
  type EventName,
  type Listener,
} from "../vocabulary/events.ts";
import { KeptLatch } from "./kept-latch.ts";
import type { Lane } from "./lane.ts";
import { BreakerLane } from "./lane-of-breaker.ts";
import type { Override } from "../machine/override.ts";
import { closed, type MachineState } from "../machine/state.ts";
import { normalize, type GuardOptions, type Settings } from "../options/options.ts";
import { received } from "../options/options-schema.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { overrideFrom, type OverrideOptions } from "../options/override-options.ts";
import { Recording } from "../run/recording.ts";
import { decode, encode, type Snapshot } from "../run/snapshot.ts";
import { freshState } from "../run/state.ts";
import { memoryStore } from "../store/memory.ts";

/** Options of one breaker. */
export interface BreakerOptions extends GuardOptions {
  /** Names the job: a trip is kept in the store under it, so that a re-run fails closed too. */
  readonly name?: string | undefined;
  /** Goes on from a snapshot. Where a store knows the name as well, the store's latch wins. */
  readonly restore?: Snapshot | undefined;
}

/**
 * The circuit over one run: one job from its first prompt to its end, by one agent or a whole crew.
 * Made by {@link createBreaker} or by a registry.
 */
export class Breaker {
  /** The breaker's name, or an id where it has none. */
  readonly id: string;
  readonly name: string | undefined;
  /** @internal */
  readonly circuit: Circuit;
  /** @internal */
  readonly settings: Settings;
  /** @internal */
  readonly books: Books;
  /** @internal */
  readonly latch: KeptLatch;
  /** @internal */
  readonly recording: Recording | undefined;
  readonly #events: Emitter;
  readonly #roots = new Set<string>();
  /** What was known when the circuit opened: errors carry it, also when the run has ended since. */
  #atTrip: Snapshot | undefined;
  #controller: AbortController | undefined;

  /** @internal Use {@link createBreaker} or `registry.breaker()`. */
  constructor(
    options: BreakerOptions = {},
    house: { events?: Emitter; accounting?: Accounting } = {},
  ) {
    markContract(this);
    const { name, restore, ...rest } = options;
    if (name !== undefined && (typeof name !== "string" || name === "")) {
      throw new OptionsError([
        `name: expected a text that is not empty, received ${received(name)}`,
      ]);
    }
    this.settings = normalize(rest);
    const { limits, accounts } = this.settings;
    const missing = accountFaults(limits, accounts);
    if (missing.length > 0) throw new OptionsError(missing);
    const { store = memoryStore({ clock: this.settings.clock }) } = this.settings;
    this.name = name;
    this.id = name ?? `run-${this.settings.random().toString(36).slice(2, 12)}`;
    this.#events = new Emitter(house.events);
    const state = restore === undefined ? freshState() : decode(restore);
    this.circuit = new Circuit(this.id, state, this.settings, (...events) => this.tell(...events));
    this.latch = new KeptLatch(this.circuit, name);
    this.books = new Books(this.circuit, house.accounting ?? new Accounting(store, this.settings));
    if (restore !== undefined) this.books.opened();
    const { record, clock } = this.settings;
    this.recording =
      record &&
      new Recording(this.id, record, clock, (error) =>
        this.tell({ type: "port-error", port: "record", error }),
      );
  }

  /** The breaker, speaking for one agent. `id` tells lanes of the same agent apart. */
  agent(name = "agent", id = ""): Lane {
    return new BreakerLane(this, name, id === "" ? name : `${name}\n${id}`);
  }

  /** How the circuit reads now. A break that is over reads as `half-open`. */
  get state(): CircuitStatus {
    return this.circuit.status;
  }

  /** How a trip should reach whoever runs the agent; adapters obey it where they can. */
  get onTrip(): OnTrip {
    return this.settings.onTrip;
  }

  /** What the run has used so far. */
  get spending(): Spending {
    return spending(this.circuit.state.accounts.get(runAccount));
  }

  /** What there is to say about the trip that holds the circuit open, if one does. */
  get trip(): TripReport | undefined {
    return this.circuit.report();
  }

  /**
   * Aborted when the run is stopped, with the error as its reason. Read it when a run starts: after a
   * recovery there is a new one.
   */
  get signal(): AbortSignal {
    const denial = this.circuit.latched ? this.circuit.denial() : undefined;
    const isOver = denial === undefined && this.#controller?.signal.aborted === true;
    if (isOver) this.#controller = undefined;
    this.#controller ??= new AbortController();
    const { signal } = this.#controller;
    if (denial !== undefined && !signal.aborted) this.#controller.abort(this.openError(denial));
    return signal;
  }

  /** Calls `listener` for every event of that name. Returns a function that ends it. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void {
    return this.#events.on(name, listener);
  }

  /** Everything the breaker knows, as plain JSON. It is not to be changed: the breaker shares it. */
  snapshot(): Snapshot {
    return encode(this.circuit.state);
  }

  /** Closes the circuit by hand and forgets all evidence. What was spent stays spent. */
  reset(): void {
    const { state } = this.circuit;
    apply(state, [{ set: "overrides", to: [] }]);
    const machine = { set: "machine", to: closed, generation: state.generation + 1 } as const;
    if (state.machine.status === "closed") apply(state, [machine, { clear: "all-evidence" }]);
    else this.circuit.move(closed);
    this.latch.forget();
    void this.latch.save();
  }

  /**
   * Ends the run: turns, evidence and the run's accounts are cleared, so a trip for a spent budget
   * ends with it. A trip for a loop stays latched for its break.
   */
  endRun(): void {
    const { state } = this.circuit;
    const { machine } = state;
    this.books.closed();
    if (machine.status !== "closed" && !machine.trip.recovers) this.circuit.move(closed);
    const generation = state.generation + 1;
    apply(state, [{ clear: "run" }, { set: "machine", to: state.machine, generation }]);
    this.#roots.clear();
    this.tell({ type: "run-ended" });
  }

  /**
   * Says something over the breaker: forces it open or closed, lets calls pass the rules, or calls pass
   * a trip. Kept with who and why, also in snapshots and in the store. Returns a function that lifts it.
   *
   * @throws {OptionsError} naming every fault with its path and value
   *
   * @example
   * const { signature } = stop; // of a CircuitOpenError or a finding
   * breaker.override({ allow: signature, times: 10, by: "ops", why: "the job is slow today" });
   */
  override(options: OverrideOptions): () => void {
    const { state } = this.circuit;
    apply(state, [{ set: "tokens", to: state.tokens + 1 }]);
    const at = this.settings.clock();
    const id = `o${at.toString(36)}-${state.tokens}`;
    const override = overrideFrom(options, id, at);
    this.#setOverrides([...state.overrides, override]);
    const { machine } = state;
    const isSpent = machine.status === "open" && machine.trip.finding.reason === "budget";
    if ("extend" in override && isSpent) this.circuit.move(closed);
    this.tell({ type: "override", override });
    return () => {
      this.#setOverrides(this.circuit.state.overrides.filter((known) => known.id !== id));
    };
  }

  /**
   * Grants the one model call that may turn what is there into an answer when the run was stopped; returns a
   * function that takes it back. `undefined` where nothing is stopped, or this trip has had its last word.
   * For adapters that wind a run down.
   */
  grantLastWord(): (() => void) | undefined {
    const { machine, generation } = this.circuit.state;
    if (machine.status === "closed" || machine.trip.hasLastWord === true) return undefined;
    const to: MachineState = { ...machine, trip: { ...machine.trip, hasLastWord: true } };
    apply(this.circuit.state, [{ set: "machine", to, generation }]);
    return this.override({ grant: "model", by: "guard", why: "wind-down of a stopped run" });
  }

  /**
   * Tells that a root run starts on this breaker; returns a function that tells its end. For adapters:
   * two at once on a breaker that is not `shared` raise a `shared-run` event.
   */
  enter(root: string): () => void {
    this.#roots.add(root);
    if (this.#roots.size > 1 && !this.settings.shared) this.tell({ type: "shared-run" });
    return () => void this.#roots.delete(root);
  }

  /** @internal The error for calls that the latch refuses. */
  openError({ finding, retryAfterMs }: Denial): CircuitOpenError {
    const report = this.circuit.report() ?? this.#reportOf(finding);
    const Kind = report.reason === "budget" ? BudgetExceededError : CircuitOpenError;
    return new Kind(report, { retryAfterMs, snapshot: this.#atTrip ?? this.snapshot() });
  }

  /** @internal */
  tell(...events: readonly EventDraft[]): void {
    if (events.length === 0) return;
    const base = { run: this.id, at: this.settings.clock() };
    for (const event of events) {
      if (event.type === "transition") this.#moved(event.to);
      const { type } = event;
      if (type === "trip") {
        void this.books.write([{ type, report: event.report, observed: event.observed }]);
      }
      if (type === "override") void this.books.write([{ type, override: event.override }]);
    }
    this.#events.emit(...events.map((event) => ({ ...event, ...base })));
  }

  #moved(to: CircuitStatus): void {
    const isTrip = to === "open";
    this.latch.moved(isTrip);
    this.#atTrip = isTrip ? this.snapshot() : undefined;
    if (isTrip) void this.signal;
  }

  #setOverrides(overrides: readonly Override[]): void {
    const from = this.circuit.status;
    apply(this.circuit.state, [{ set: "overrides", to: overrides }]);
    const to = this.circuit.status;
    const { generation } = this.circuit.state;
    if (from !== to) this.tell({ type: "transition", from, to, generation, observed: false });
    this.latch.moved();
    if (this.circuit.latched) void this.signal;
    void this.latch.save();
  }

  /** Where nothing has tripped (any more): what there is to say about the finding alone. */
  #reportOf(finding: Finding): TripReport {
    const { tripCount } = this.circuit.state;
    const at = this.settings.clock();
    return { run: this.id, at, reason: finding.reason, finding, tripCount, used: this.spending };
  }
}

/**
 * Makes a breaker for one run, or for one crew that shares it.
 *
 * @throws {OptionsError} naming every bad option with its path and value
 * @throws {SnapshotError} when `restore` can't be restored
 *
 * @example
 * const breaker = createBreaker({ budget: { usd: 5, modelCalls: 40 } });
 * const lane = breaker.agent("researcher");
 * const page = await lane.run({ kind: "tool", tool: "search", args: { q } }, () => search(q));
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  return new Breaker(options);
}
