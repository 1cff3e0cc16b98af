import { SnapshotError } from "../vocabulary/errors.ts";
import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { transact } from "../store/transact.ts";
import { readCircuit, type StoredCircuit } from "../run/stored/read-stored.ts";

/** The store forgets a circuit a week after its last change. */
const keptMs = 7 * 24 * 60 * 60_000;

const keyOf = (name: string) => `breaker:${name}`;

/** Reads the circuit under a breaker's name. Throws the store's errors, and an error for a foreign value. */
export function loadCircuit(store: Store, name: string): MaybePromise<StoredCircuit | undefined> {
  return andThen(store.get(keyOf(name)), (found) => found && decode(found.value));
}

/** Overwrites the stored circuit: the last transition wins. */
export function saveCircuit(
  store: Store,
  name: string,
  circuit: StoredCircuit,
  now: number,
): MaybePromise<void> {
  const key = keyOf(name);
  const write = { key, value: JSON.stringify(circuit), expiresAt: now + keptMs };
  return transact(store, [key], () => ({ writes: [write], result: undefined }));
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
