import { SnapshotError } from "../vocabulary/errors.ts";
import { setMachine, setOverrides } from "../run/write-state.ts";
import type { Circuit } from "../run/circuit.ts";
import type { RequestedCall } from "../run/requested-call.ts";
import type { StoredCircuit } from "../run/stored/read-stored.ts";
import type { Deadline } from "../ports/deadline.ts";
import {
  sumOfUses,
  takeUses,
  usesBetween,
  usesFor,
  withOnly,
  withUses,
  type Uses,
} from "../machine/override-uses.ts";
import { closed, type MachineState } from "../machine/state.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import { changedCircuit, type CircuitChanges } from "./circuit-changes.ts";
import { changeCircuit, loadCircuit, type ChangeOfCircuit } from "./stored-circuit.ts";

const none: Uses = new Map();

/**
 * The latch and the overrides of a named breaker in the store. The breaker reads them once, and again while it is stopped.
 * It writes what it has changed. If the store fails, guard emits an event, and the breaker goes on with what it knows.
 */
export class StoredLatch {
  readonly #circuit: Circuit;
  readonly #name: string | undefined;
  readonly #deadline: Deadline;
  #loaded = false;
  #unsaved = false;
  #isReset = false;
  /** The machine that the store has, or that was there before the breaker did anything. */
  #saved: MachineState;
  /** The generation of the stored circuit, when the breaker last read or wrote it. */
  #generation: number | undefined;
  /** The overrides that the store has. */
  #kept: ReadonlySet<string> = new Set();
  /** Uses to give back. Below 0: uses that the breaker has not taken before. */
  #unused: Uses = none;

  constructor(circuit: Circuit, name: string | undefined, deadline: Deadline) {
    this.#circuit = circuit;
    this.#name = name;
    this.#deadline = deadline;
    this.#saved = circuit.state.machine;
  }

  /** The circuit has moved, or an override has changed. */
  changed(): void {
    this.#unsaved = true;
  }

  /** The stored latch and the overrides of other processes do not matter any more. */
  forget(): void {
    this.#loaded = true;
    this.#isReset = true;
    this.#unsaved = true;
  }

  /** Reads the store until it has answered once, and again while the circuit is open: another process may have reset it. */
  ready(): MaybePromise<void> {
    return this.#loaded && !this.#circuit.latched ? undefined : this.#load();
  }

  #load(): MaybePromise<void> {
    const { settings, emit } = this.#circuit;
    const { store } = settings;
    const name = this.#name;
    if (store === undefined || name === undefined) return;
    const wasLoaded = this.#loaded;
    return after(
      () => this.#deadline.ask(() => this.#deadline.by(loadCircuit(store, name))),
      (stored) => {
        if (this.#loaded !== wasLoaded) return; // another call has read it, or there was a reset
        this.#loaded = true;
        if (stored !== undefined) this.#adopt(stored, wasLoaded);
      },
      (error) => {
        this.#loaded ||= error instanceof SnapshotError; // it would be as damaged the next time
        emit({ type: "port-error", port: "store", error });
      },
    );
  }

  /** Goes on from what the store has. What this breaker has changed and not yet written is newer. */
  #adopt(stored: StoredCircuit, again: boolean): void {
    const { state, settings } = this.#circuit;
    const { machine, generation, tripCount } = stored;
    const { overrides } = changedCircuit(stored, this.#changes(), settings.clock());
    const isNew = generation !== this.#generation;
    const fresh = overrides.filter(({ id }) => !state.overrides.some((own) => own.id === id));
    setOverrides(state, overrides);
    this.#kept = new Set(stored.overrides.map(({ id }) => id));
    this.#generation = generation;
    // The store keeps no spent budget and no human's stop: what other processes do never ends them.
    const isOwn = state.machine.status !== "closed" && !state.machine.trip.recovers;
    if (isNew && !isOwn && !this.#isReset && state.machine === this.#saved) {
      if (again && machine.status === "closed") this.#circuit.move(closed);
      else setMachine(state, machine, Math.max(generation, state.generation));
      state.tripCount = tripCount;
      this.#saved = state.machine;
    }
    if (again) this.#circuit.extended(fresh);
  }

  /**
   * Takes the uses of overrides that these calls may need out of the store. Give them to `using`. `undefined`: the calls
   * need none, or the store fails.
   */
  take(calls: readonly (RequestedCall | undefined)[]): MaybePromise<Uses | undefined> {
    const { state, settings } = this.#circuit;
    if (state.overrides.length === 0 || this.#kept.size === 0) return undefined;
    const stored = state.overrides.filter(({ id }) => this.#kept.has(id));
    const wanting = calls.flatMap((one) =>
      one === undefined ? [] : [{ kind: one.call.kind, signature: one.signed.signature }],
    );
    const isStopped = state.machine.status !== "closed";
    const wanted = usesFor(stored, wanting, isStopped, settings.clock());
    if (wanted.size === 0) return undefined;
    const unused = this.#unused;
    this.#unused = none;
    return this.#change<Uses, Uses | undefined>(
      (circuit) => {
        const { taken, left } = takeUses(withUses(circuit?.overrides ?? [], unused), wanted);
        return { circuit: circuit && { ...circuit, overrides: left }, result: taken };
      },
      (taken) => taken,
      () => {
        this.#giveBack(unused);
        return undefined;
      },
    );
  }

  /** Decides with the uses that were taken. The next `save` gives back those that no call has needed. */
  using<T>(taken: Uses | undefined, decide: () => T): T {
    const { state } = this.#circuit;
    if (state.overrides.length === 0) return decide();
    const before = state.overrides;
    const given = taken === undefined ? before : withOnly(before, taken);
    setOverrides(state, given);
    const result = decide();
    const used = usesBetween(given, state.overrides);
    if (taken !== undefined) {
      const minus = sumOfUses(none, none, used);
      const own = new Set(given.map(({ id }) => id));
      const added = state.overrides.filter(({ id }) => !own.has(id));
      const kept = before.filter(({ id }) => state.overrides.some((one) => one.id === id));
      setOverrides(state, [...withUses(kept, minus), ...added]);
    }
    const ofStore = new Map([...used].filter(([id]) => this.#kept.has(id)));
    this.#giveBack(sumOfUses(none, taken ?? none, ofStore));
    return result;
  }

  /** Gives back uses that have come too late. */
  giveBackLater(taken: Promise<Uses | undefined>): void {
    void taken.then((late = none) => {
      this.#giveBack(late);
      return this.save();
    });
  }

  #giveBack(uses: Uses): void {
    if (uses.size === 0) return;
    this.#unused = sumOfUses(this.#unused, uses, none);
    this.#unsaved = true;
  }

  /** Writes what has changed, after reading the stored latch. */
  save(): MaybePromise<void> {
    if (!this.#unsaved) return undefined;
    return this.#loaded ? this.#write() : andThen(this.#load(), () => this.#write());
  }

  #write(): MaybePromise<void> {
    if (!this.#unsaved || !this.#loaded) return;
    const { machine } = this.#circuit.state;
    const [changes, kept] = [this.#changes(), this.#kept];
    const now = this.#circuit.settings.clock();
    this.#unsaved = false;
    this.#isReset = false;
    this.#unused = none;
    this.#kept = new Set(changes.overrides.map(({ id }) => id));
    return this.#change<number, void>(
      (stored) => {
        const circuit = changedCircuit(stored, changes, now);
        return { circuit, result: circuit.generation };
      },
      (generation) => {
        this.#generation = generation;
        if (changes.moved !== undefined) this.#saved = machine;
      },
      () => {
        this.#unsaved = true;
        this.#isReset ||= changes.isReset;
        this.#unused = sumOfUses(this.#unused, changes.unused, none);
        this.#kept = kept;
      },
    );
  }

  #changes(): CircuitChanges {
    const { generation, tripCount, machine, overrides } = this.#circuit.state;
    const hasMoved = this.#isReset || machine !== this.#saved;
    // Time gives half-open, and a budget belongs to this run: store neither.
    const stays = machine.status === "open" && machine.trip.recovers;
    const moved = { machine: stays ? machine : closed, generation, tripCount };
    return {
      moved: hasMoved && machine.status !== "half-open" ? moved : undefined,
      isReset: this.#isReset,
      overrides,
      kept: this.#kept,
      unused: this.#unused,
    };
  }

  /** Changes what is stored. If the store fails, guard emits an event. */
  #change<T, R>(
    change: ChangeOfCircuit<T>,
    done: (result: T) => R,
    failed: () => R,
  ): MaybePromise<R | undefined> {
    const { settings, emit } = this.#circuit;
    const { store, clock } = settings;
    const name = this.#name;
    if (store === undefined || name === undefined) return undefined;
    const ask = () => this.#deadline.by(changeCircuit(store, name, change, clock()));
    return after(
      () => this.#deadline.ask(ask),
      done,
      (error) => {
        emit({ type: "port-error", port: "store", error });
        return failed();
      },
    );
  }
}
