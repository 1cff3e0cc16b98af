import { SnapshotError } from "../vocabulary/errors.ts";
import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { transact } from "../store/transact.ts";
import { circuitKeptMs } from "../store/circuit-kept-ms.ts";
import { readCircuit, type StoredCircuit } from "../run/stored/read-stored.ts";

const keyOf = (name: string) => `breaker:${name}`;

/** Reads the circuit under a breaker's name. Throws the store's errors, and an error for a foreign value. */
export function loadCircuit(store: Store, name: string): MaybePromise<StoredCircuit | undefined> {
  return andThen(store.get(keyOf(name)), (found) => found && decode(found.value));
}

/** Returns what to store, or `undefined` to leave it, and a result. It gets `undefined` where nothing is stored. */
export type ChangeOfCircuit<T> = (stored: StoredCircuit | undefined) => {
  readonly circuit: StoredCircuit | undefined;
  readonly result: T;
};

/**
 * Changes the stored circuit in one step: no other process writes between the reading and the writing. The change must be
 * pure, because guard may call it again. It gets `undefined` in place of a damaged circuit.
 */
export function changeCircuit<T>(
  store: Store,
  name: string,
  change: ChangeOfCircuit<T>,
  now: number,
): MaybePromise<T> {
  const key = keyOf(name);
  return transact(store, [key], (values) => {
    const { circuit, result } = change(decodeOrNone(values.get(key)));
    if (circuit === undefined) return { writes: [], result };
    const ends = circuit.overrides.map(({ until = 0 }) => until);
    const expiresAt = Math.min(Math.max(now, ...ends) + circuitKeptMs, Number.MAX_SAFE_INTEGER);
    return { writes: [{ key, value: JSON.stringify(circuit), expiresAt }], result };
  });
}

function decodeOrNone(json: string | undefined): StoredCircuit | undefined {
  try {
    return json === undefined ? undefined : decode(json);
  } catch {
    return undefined;
  }
}

/**
 * Reads a stored circuit.
 *
 * @throws {SnapshotError} if the text is damaged or of another version
 */
function decode(json: string): StoredCircuit {
  let circuit: unknown;
  try {
    circuit = JSON.parse(json);
  } catch {
    throw new SnapshotError("circuit: not JSON");
  }
  return readCircuit(circuit);
}
