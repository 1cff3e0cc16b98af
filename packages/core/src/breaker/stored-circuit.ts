import { SnapshotError } from "../vocabulary/errors.ts";
import type { Override } from "../vocabulary/override.ts";
import type { MachineState } from "../machine/state.ts";
import { andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import { transact } from "../store/transact.ts";
import { checkStoredCircuit } from "../run/stored-schema.ts";

/** The little of a named breaker that outlives its process: the latch, and who has moved it. */
export interface StoredCircuit {
  readonly version: 1;
  readonly generation: number;
  readonly tripCount: number;
  readonly machine: MachineState;
  readonly overrides: readonly Override[];
}

/** The store forgets a circuit a week after its last change. */
const keptMs = 7 * 24 * 60 * 60_000;

const keyOf = (name: string) => `breaker:${name}`;

/** The circuit stored under a breaker's name. Throws what the store throws, and on a foreign value. */
export function loadCircuit(store: Store, name: string): MaybePromise<StoredCircuit | undefined> {
  return andThen(store.get(keyOf(name)), (found) => found && decode(found.value));
}

/** Writes over the stored circuit: the last transition is the true one. */
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
 * A circuit as a store has kept it.
 *
 * @throws {SnapshotError} where the text is damaged or of another version
 */
function decode(json: string): StoredCircuit {
  let circuit: unknown;
  try {
    circuit = JSON.parse(json);
  } catch {
    throw new SnapshotError("circuit: not JSON");
  }
  checkStoredCircuit(circuit);
  return circuit as StoredCircuit;
}
