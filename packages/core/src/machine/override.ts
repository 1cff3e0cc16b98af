import type { Allowance, Force, Grant, Override } from "../vocabulary/override.ts";
import type { Ceilings } from "../vocabulary/ceilings.ts";

function isInForce(override: Override, now: number): boolean {
  const isUsedUp = "times" in override && override.times <= 0;
  return !isUsedUp && !isOver(override, now);
}

/** Whether the time of an override is over. */
export function isOver({ until }: Override, now: number): boolean {
  return until !== undefined && until <= now;
}

/** The overrides that hold now. */
export function holding(overrides: readonly Override[], now: number): readonly Override[] {
  return overrides.filter((override) => isInForce(override, now));
}

/** The state to which the circuit is forced now, by the latest override that has not expired. */
export function inForce(overrides: readonly Override[], now: number): Force | undefined {
  return overrides.findLast(
    (override): override is Force => "force" in override && isInForce(override, now),
  );
}

/** The override that allows calls with a signature now. */
export function allowanceFor(
  overrides: readonly Override[],
  signature: string,
  now: number,
): Allowance | undefined {
  return overrides.find(
    (override): override is Allowance =>
      "allow" in override && override.allow === signature && isInForce(override, now),
  );
}

/** The override that grants calls of this kind now. */
export function grantFor(
  overrides: readonly Override[],
  kind: Grant["grant"],
  now: number,
): Grant | undefined {
  return overrides.find(
    (override): override is Grant =>
      "grant" in override && override.grant === kind && isInForce(override, now),
  );
}

/** The overrides after one use of an override. */
export function usedUp(overrides: readonly Override[], id: string): readonly Override[] {
  return overrides.map((override) =>
    override.id === id && "times" in override
      ? { ...override, times: override.times - 1 }
      : override,
  );
}

/** How much an override extends an account's limits. */
export function extensionFor(
  overrides: readonly Override[],
  account: string,
  now: number,
): Ceilings {
  const sum: Record<string, number> = {};
  for (const override of overrides) {
    if (!("extend" in override) || override.account !== account) continue;
    if (!isInForce(override, now)) continue;
    for (const [ceiling, more] of Object.entries(override.extend)) {
      sum[ceiling] = (sum[ceiling] ?? 0) + ((more as number | undefined) ?? 0);
    }
  }
  return sum;
}
