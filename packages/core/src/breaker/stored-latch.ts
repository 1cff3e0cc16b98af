import { SnapshotError } from "../vocabulary/errors.ts";
import { setMachine, setOverrides } from "../run/write-state.ts";
import type { Circuit } from "../run/circuit.ts";
import type { Deadline } from "../ports/deadline.ts";
import { closed } from "../machine/state.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import { loadCircuit, saveCircuit } from "./stored-circuit.ts";

/**
 * The latch of a named breaker in the store: read once, written when it has moved. If the store fails, guard emits an
 * event, and the breaker goes on with what it knows.
 */
export class StoredLatch {
  readonly #circuit: Circuit;
  readonly #name: string | undefined;
  readonly #deadline: Deadline;
  #loaded = false;
  #unsaved = false;
  #hasTripped = false;

  constructor(circuit: Circuit, name: string | undefined, deadline: Deadline) {
    this.#circuit = circuit;
    this.#name = name;
    this.#deadline = deadline;
  }

  /** The latch has moved, or an override has changed. */
  moved(isTrip = false): void {
    this.#unsaved = true;
    this.#hasTripped ||= isTrip;
  }

  /** The stored latch does not matter any more. */
  forget(): void {
    this.#loaded = true;
    this.#unsaved = true;
  }

  /** Reads the stored latch, until the store has answered once. */
  ready(): MaybePromise<void> {
    const { state, settings, emit } = this.#circuit;
    const { store } = settings;
    const name = this.#name;
    if (store === undefined || name === undefined || this.#loaded) return;
    return after(
      () => this.#deadline.ask(() => this.#deadline.by(loadCircuit(store, name))),
      (stored) => {
        if (this.#loaded) return;
        this.#loaded = true;
        if (stored === undefined) return;
        const { tripCount, overrides } = stored;
        const own = state.overrides.filter(({ id }) => overrides.every((kept) => kept.id !== id));
        setOverrides(state, [...overrides, ...own]);
        // A local trip from while the store was reading is newer.
        if (this.#hasTripped) return;
        const generation = Math.max(stored.generation, state.generation);
        setMachine(state, stored.machine, generation);
        state.tripCount = tripCount;
      },
      (error) => {
        this.#loaded ||= error instanceof SnapshotError; // it would be as damaged the next time
        emit({ type: "port-error", port: "store", error });
      },
    );
  }

  /** Writes the latch if it has moved, after reading the stored one. */
  save(): MaybePromise<void> {
    return this.#unsaved ? andThen(this.ready(), () => this.#write()) : undefined;
  }

  #write(): MaybePromise<void> {
    const { state, settings, emit } = this.#circuit;
    const { store, clock } = settings;
    const name = this.#name;
    if (!this.#unsaved || !this.#loaded || store === undefined || name === undefined) return;
    this.#unsaved = false;
    const { generation, tripCount, machine, overrides } = state;
    // Time gives half-open, and a budget belongs to this run: store neither.
    const kept = machine.status === "open" && machine.trip.recovers ? machine : closed;
    if (machine.status === "half-open") return;
    const stored = { version: 1, generation, tripCount, machine: kept, overrides } as const;
    return after(
      () => this.#deadline.ask(() => this.#deadline.by(saveCircuit(store, name, stored, clock()))),
      () => {},
      (error) => {
        this.#unsaved = true;
        emit({ type: "port-error", port: "store", error });
      },
    );
  }
}
