import { soundTexts, type Texts } from "../vocabulary/texts.ts";
import { Accounting } from "../budget/accounting.ts";
import { spending } from "../budget/balance.ts";
import type { Spending } from "../vocabulary/spending.ts";
import { accountFaults } from "../budget/limit-faults.ts";
import { runAccount } from "../budget/run-account.ts";
import type { Override } from "../vocabulary/override.ts";
import { closed, isByHand, type MachineState } from "../machine/state.ts";
import { normalize, type Settings } from "../options/settings.ts";
import { overrideFrom, type OverrideOptions } from "../options/override-options.ts";
import { reasonsFrom, type Reasons } from "../options/stop-options.ts";
import { Books } from "../run/books.ts";
import { clearRun, setMachine, setOverrides, takeNumbers } from "../run/write-state.ts";
import { Circuit, type Denial } from "../run/circuit.ts";
import { recordingOf, type Recording } from "../run/recording.ts";
import { decode, encode } from "../run/snapshot.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import type { KnownCircuits } from "../failure/known-circuits.ts";
import { freshState } from "../run/state.ts";
import { memoryStore } from "../store/memory-store.ts";
import type { Finding } from "../vocabulary/call.ts";
import { BudgetExceededError, CircuitOpenError, OptionsError } from "../vocabulary/errors.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";
import { Emitter } from "./emitter.ts";
import type { CircuitStatus, EventDraft } from "../vocabulary/events.ts";
import { nameFaults, type BreakerOptions } from "./breaker-options.ts";
import { RunTurns } from "./run-turns.ts";
import type { Stops } from "./stops.ts";
import { StoredLatch } from "./stored-latch.ts";

/** What a registry shares with its breakers. */
export interface SharedByRegistry {
  readonly events?: Emitter;
  readonly accounting?: Accounting;
  readonly stops?: Stops;
  readonly circuits?: KnownCircuits;
}

/** What a breaker hides from users: for its lanes and for adapters. */
export class Inside {
  readonly id: string;
  readonly name: string | undefined;
  readonly settings: Settings;
  readonly events: Emitter;
  readonly texts: Texts;
  readonly circuit: Circuit;
  readonly latch: StoredLatch;
  readonly books: Books;
  readonly turns: RunTurns;
  readonly recording: Recording | undefined;
  readonly circuits: KnownCircuits | undefined;
  /** Trips since the breaker was made, without those of a snapshot or a store. */
  trips = 0;
  readonly #rootRuns = new Set<string>();
  /** The snapshot from when the circuit opened. Errors carry it, also after the end of the run. */
  #atTrip: Snapshot | undefined;
  #controller: AbortController | undefined;

  /**
   * @throws {OptionsError} naming every bad option with its path and value
   * @throws {SnapshotError} for a snapshot that this version can't restore
   */
  constructor(options: BreakerOptions, shared: SharedByRegistry = {}) {
    const { name, restore, ...rest } = options;
    this.settings = normalize(rest);
    const { clock, limits, accounts, record, random, store } = this.settings;
    const faults = [...nameFaults(name), ...accountFaults(limits, accounts)];
    if (faults.length > 0) throw new OptionsError(faults);
    this.name = name;
    this.id = name ?? `run-${random().toString(36).slice(2, 12)}`;
    this.events = new Emitter(shared.events);
    this.texts = soundTexts(this.settings.texts, (event) => this.tell(event));
    const state = restore === undefined ? freshState() : decode(restore);
    this.circuit = new Circuit(
      this.id,
      state,
      this.settings,
      (...events) => this.tell(...events),
      () => shared.stops?.over(this),
    );
    this.turns = new RunTurns(this.circuit);
    this.circuits = shared.circuits;
    const accounting =
      shared.accounting ?? new Accounting(store ?? memoryStore({ clock }), this.settings);
    this.latch = new StoredLatch(this.circuit, name, accounting.storeDeadline);
    this.books = new Books(this.circuit, accounting);
    if (restore !== undefined) this.books.opened();
    this.recording = recordingOf(this.id, record, {
      clock,
      isPending: (token) => state.pending.has(token),
      failed: (error) => this.tell({ type: "port-error", port: "record", error }),
    });
  }

  get spending(): Spending {
    return spending(this.circuit.state.accounts.get(runAccount));
  }

  get signal(): AbortSignal {
    const denial = this.circuit.latched ? this.circuit.denial() : undefined;
    if (denial === undefined && this.#controller?.signal.aborted) this.#controller = undefined;
    this.#controller ??= new AbortController();
    const { signal } = this.#controller;
    if (denial !== undefined && !signal.aborted) this.#controller.abort(this.openError(denial));
    return signal;
  }

  reset(said?: Reasons): void {
    const reasons = said && reasonsFrom(said, "reset");
    this.circuit.reset();
    this.latch.forget();
    void this.latch.save();
    if (reasons !== undefined) void this.books.write([{ type: "reset", ...reasons }]);
  }

  endRun(): void {
    const { state } = this.circuit;
    this.books.closed({ isKept: false });
    if (state.machine.status !== "closed" && !state.machine.trip.recovers)
      this.circuit.move(closed);
    clearRun(state);
    setMachine(state, state.machine, state.generation + 1);
    this.#rootRuns.clear();
    this.tell({ type: "run-ended" });
  }

  /**
   * The framework has reported the end of the run. The trip, the money and the evidence stay: background work goes on
   * under the same budget.
   */
  finish(): void {
    this.books.closed({ isKept: true });
    this.#rootRuns.clear();
    this.tell({ type: "run-ended" });
  }

  override(options: OverrideOptions): () => void {
    const { state } = this.circuit;
    const at = this.settings.clock();
    const chance = this.settings.random().toString(36).slice(2, 8); // other processes count, too
    const id = `o${at.toString(36)}-${takeNumbers(state, 1)}-${chance}`;
    const override = overrideFrom(options, id, at);
    this.#setOverrides([...state.overrides, override]);
    this.circuit.extended([override]);
    this.tell({ type: "override", override });
    return () => {
      this.#setOverrides(this.circuit.state.overrides.filter((known) => known.id !== id));
    };
  }

  /** Emits a `transition`, if an override has moved the circuit. */
  movedFrom(from: CircuitStatus): void {
    const to = this.circuit.status;
    const { generation } = this.circuit.state;
    if (from !== to) this.tell({ type: "transition", from, to, generation, observed: false });
    if (this.circuit.latched) void this.signal;
  }

  /**
   * Grants the one model call for the last answer of a stopped run. Returns a function that takes the grant back.
   * Returns `undefined` if the run is not stopped, if this trip has had its last answer, or if a human has stopped the
   * run.
   */
  grantLastAnswer(): (() => void) | undefined {
    const { machine, generation } = this.circuit.state;
    if (machine.status === "closed" || machine.trip.hasLastAnswer === true) return undefined;
    if (isByHand(machine) || this.circuit.status === "forced-open") return undefined;
    const to: MachineState = { ...machine, trip: { ...machine.trip, hasLastAnswer: true } };
    setMachine(this.circuit.state, to, generation);
    return this.override({ grant: "model", by: "guard", why: "wind-down of a stopped run" });
  }

  /** When each lane was used last. */
  get lanesUsedAt(): readonly number[] {
    return [...this.circuit.state.lanes.values()].map(({ usedAt }) => usedAt);
  }

  /** A root run starts. Returns a function that tells its end. */
  enter(rootRun: string): () => void {
    this.#rootRuns.add(rootRun);
    return () => void this.#rootRuns.delete(rootRun);
  }

  /** Whether several root runs use the breaker at the same time although it is not `shared`. */
  get isSharedByMistake(): boolean {
    return this.#rootRuns.size > 1 && !this.settings.shared;
  }

  /** The error for calls after a trip. */
  openError({ finding, retryAfterMs }: Denial): CircuitOpenError {
    const known = this.circuit.report();
    const isKnown = finding.reason !== "manual" || known?.reason === "manual";
    const report = (isKnown ? known : undefined) ?? this.#reportOf(finding);
    const Kind = report.reason === "budget" ? BudgetExceededError : CircuitOpenError;
    const [text, snapshot] = [this.texts.stopped(report), this.#atTrip ?? this.snapshot()];
    return new Kind(report, { retryAfterMs, text, snapshot });
  }

  snapshot(): Snapshot {
    return encode(this.circuit.state);
  }

  tell(...events: readonly EventDraft[]): void {
    if (events.length === 0) return;
    const base = { run: this.id, at: this.settings.clock() };
    for (const event of events) {
      if (event.type === "transition") this.#moved(event.to);
      const { type } = event;
      if (type === "trip") {
        void this.books.write([{ type, report: event.report, observed: event.observed }]);
      }
      if (type === "run-ended") this.recording?.ended();
      if (type === "override") void this.books.write([{ type, override: event.override }]);
    }
    this.events.emit(...events.map((event) => ({ ...event, ...base })));
  }

  #moved(to: CircuitStatus): void {
    const isTrip = to === "open";
    if (isTrip) this.trips += 1;
    this.latch.changed();
    this.#atTrip = isTrip ? this.snapshot() : undefined;
    if (isTrip) void this.signal;
  }

  #setOverrides(overrides: readonly Override[]): void {
    const from = this.circuit.status;
    setOverrides(this.circuit.state, overrides);
    this.movedFrom(from);
    this.latch.changed();
    void this.latch.save();
  }

  /** A report of a finding alone, if there is no trip (any more). */
  #reportOf(finding: Finding): TripReport {
    const { tripCount } = this.circuit.state;
    const at = this.settings.clock();
    return { run: this.id, at, reason: finding.reason, finding, tripCount, used: this.spending };
  }
}
