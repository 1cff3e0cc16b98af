import type { Grant, Override } from "../vocabulary/override.ts";
import { allowanceFor, grantFor, usedUp } from "./override.ts";

// Several processes share the overrides of a named breaker. Each takes the uses that its calls may need out of the store
// before it decides, and gives back the rest.

/** How many uses, by the id of an override. */
export type Uses = ReadonlyMap<string, number>;

/** The uses that calls may need. A call of a stopped run may use a grant, and every call an allowance. */
export function usesFor(
  overrides: readonly Override[],
  calls: readonly { readonly kind: Grant["grant"]; readonly signature: string }[],
  isStopped: boolean,
  now: number,
): Uses {
  let left = overrides;
  const uses = new Map<string, number>();
  for (const { kind, signature } of calls) {
    const allowance = allowanceFor(left, signature, now);
    const grant = isStopped ? grantFor(left, kind, now) : undefined;
    for (const found of [allowance, grant]) {
      if (found === undefined) continue;
      left = usedUp(left, found.id);
      uses.set(found.id, (uses.get(found.id) ?? 0) + 1);
    }
  }
  return uses;
}

/** Takes uses of overrides: as many as are wanted, or as are left. */
export function takeUses(
  overrides: readonly Override[],
  wanted: Uses,
): { readonly taken: Uses; readonly left: readonly Override[] } {
  const times = timesOf(overrides);
  const taken = new Map([...wanted].map(([id, uses]) => [id, Math.min(uses, times.get(id) ?? 0)]));
  const minus = new Map([...taken].map(([id, uses]) => [id, -uses]));
  return { taken, left: withUses(overrides, minus) };
}

/** The overrides with more uses, or with fewer where a number is below 0. */
export function withUses(overrides: readonly Override[], more: Uses): readonly Override[] {
  return overrides.map((override) => {
    const uses = more.get(override.id) ?? 0;
    if (uses === 0 || !("times" in override)) return override;
    return { ...override, times: Math.max(override.times + uses, 0) };
  });
}

/** The overrides with exactly these uses. Others keep theirs. */
export function withOnly(overrides: readonly Override[], uses: Uses): readonly Override[] {
  return overrides.map((override) => {
    const times = uses.get(override.id);
    if (times === undefined || !("times" in override)) return override;
    return { ...override, times };
  });
}

/** How many uses of each override calls have needed. */
export function usesBetween(before: readonly Override[], after: readonly Override[]): Uses {
  const left = timesOf(after);
  return new Map(
    [...timesOf(before)].flatMap(([id, times]) => {
      const used = times - (left.get(id) ?? times);
      return used === 0 ? [] : [[id, used] as const];
    }),
  );
}

/** The sum of uses; `minus` counts against it. */
export function sumOfUses(uses: Uses, plus: Uses, minus: Uses): Uses {
  const sum = new Map(uses);
  const add = (id: string, more: number) => void sum.set(id, (sum.get(id) ?? 0) + more);
  for (const [id, more] of plus) add(id, more);
  for (const [id, fewer] of minus) add(id, -fewer);
  return new Map([...sum].filter(([, count]) => count !== 0));
}

function timesOf(overrides: readonly Override[]): ReadonlyMap<string, number> {
  return new Map(
    overrides.flatMap((override) =>
      "times" in override ? [[override.id, override.times] as const] : [],
    ),
  );
}
