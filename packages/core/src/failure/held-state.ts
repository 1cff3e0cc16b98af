import type { Clock } from "../ports/clock.ts";
import type { Deadline } from "../ports/deadline.ts";
import { after, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { circuitKeptMs } from "../store/circuit-kept-ms.ts";
import { transact } from "../store/transact.ts";
import { SnapshotError } from "../vocabulary/errors.ts";
import { readCircuitState } from "./circuit-shape.ts";
import type { CircuitState } from "./circuit-state.ts";

/** A human's word holds until a human lifts it. */
const forcedMs = 100 * 365 * 24 * 60 * 60_000;

/** A pure function of the state: the next state, and what it answers. It is called again if another process was faster. */
type StateChange<T> = (state: CircuitState) => { readonly state: CircuitState } & T;

interface HeldStateOptions {
  readonly name: string;
  readonly first: CircuitState;
  /** Where processes share the state. Default: this process holds it. */
  readonly store: Store | undefined;
  readonly deadline: Deadline;
  readonly clock: Clock;
  /** Hears what went wrong with the store. */
  readonly failed: (error: unknown) => void;
}

/**
 * The state of a circuit, in this process or in a store. A healthy call writes nothing, and no lock holds while a call runs.
 * While the store fails, the circuit goes on with what this process knows.
 */
export class HeldState {
  readonly #options: HeldStateOptions;
  #known: CircuitState;

  constructor(options: HeldStateOptions) {
    this.#options = options;
    this.#known = options.first;
  }

  /** The state as this process knows it. */
  get known(): CircuitState {
    return this.#known;
  }

  /** Changes the state. With a store: the state that all processes share. */
  change<T>(change: StateChange<T>): MaybePromise<T> {
    const { store, deadline, failed } = this.#options;
    if (store === undefined) return this.#changeKnown(change);
    return after(
      () => deadline.ask(() => deadline.by(this.#changeStored(store, change))),
      (changed) => {
        this.#known = changed.state;
        return changed;
      },
      (error) => {
        failed(error);
        return this.#changeKnown(change);
      },
    );
  }

  /**
   * `change` for code that can't wait: if the store answers later, the answer comes from what this process knows, and
   * `stored` is the store's.
   */
  changeNow<T>(change: StateChange<T>): { readonly now: T; readonly stored?: Promise<T> } {
    const before = this.#known;
    const changed = this.change(change);
    if (!(changed instanceof Promise)) return { now: changed };
    const local = change(before);
    this.#known = local.state;
    return { now: local, stored: changed };
  }

  #changeKnown<T>(change: StateChange<T>): T {
    const changed = change(this.#known);
    this.#known = changed.state;
    return changed;
  }

  #changeStored<T>(
    store: Store,
    change: StateChange<T>,
  ): MaybePromise<{ readonly state: CircuitState } & T> {
    const key = `circuit:${this.#options.name}`;
    return transact(store, [key], (values) => {
      const before = this.#read(values.get(key));
      const changed = change(before);
      const { state } = changed;
      if (state === before) return { writes: [], result: changed };
      const expiresAt =
        this.#options.clock() + (state.forced === undefined ? circuitKeptMs : forcedMs);
      return { writes: [{ key, value: JSON.stringify(state), expiresAt }], result: changed };
    });
  }

  /** A store that has lost the state, or returns a damaged one, must not make a broken service look well. */
  #read(stored: string | undefined): CircuitState {
    if (stored === undefined) return this.#known;
    try {
      return readCircuitState(stored);
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      this.#options.failed(error);
      return this.#known;
    }
  }
}
