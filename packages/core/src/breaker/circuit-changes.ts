import { isOver } from "../machine/override.ts";
import { withUses, type Uses } from "../machine/override-uses.ts";
import { closed, type MachineState } from "../machine/state.ts";
import { circuitKeptMs } from "../store/circuit-kept-ms.ts";
import type { Override } from "../vocabulary/override.ts";
import type { StoredCircuit } from "../run/stored/read-stored.ts";

/** What a breaker has changed since it last read or wrote the stored circuit. */
export interface CircuitChanges {
  /** The circuit, if it has moved. */
  readonly moved:
    | { readonly machine: MachineState; readonly generation: number; readonly tripCount: number }
    | undefined;
  /** A reset lifts the overrides of all processes. */
  readonly isReset: boolean;
  /** The overrides of the breaker. */
  readonly overrides: readonly Override[];
  /** The overrides that the store had when the breaker last read or wrote it. */
  readonly kept: ReadonlySet<string>;
  /** How many uses of an override to give back. Below 0: uses that the breaker has not taken before. */
  readonly unused: Uses;
}

const nothing: StoredCircuit = {
  version: 1,
  generation: 0,
  tripCount: 0,
  machine: closed,
  overrides: [],
};

/** The stored circuit after the changes of one breaker. What other processes have changed stays. Pure. */
export function changedCircuit(
  stored: StoredCircuit = nothing,
  { moved, isReset, overrides, kept, unused }: CircuitChanges,
  now: number,
): StoredCircuit {
  const own = new Set(overrides.map(({ id }) => id));
  const before = isReset ? [] : stored.overrides.filter(({ id }) => own.has(id) || !kept.has(id));
  const known = new Set(stored.overrides.map(({ id }) => id));
  const added = overrides.filter(({ id }) => !known.has(id) && !kept.has(id));
  const { generation, tripCount, machine } = stored;
  return {
    version: 1,
    ...(moved === undefined
      ? { generation, tripCount, machine }
      : { ...moved, generation: Math.max(generation + 1, moved.generation) }),
    // Not at its end: another process may have another clock.
    overrides: [...withUses(before, unused), ...added].filter(
      (override) => !isPast(override, now - circuitKeptMs),
    ),
  };
}

function isPast(override: Override, at: number): boolean {
  const isUsedUp = "times" in override && override.times === 0;
  return isOver(override, at) || (isUsedUp && override.at <= at);
}
