import type { Recovery } from "./state.ts";

/**
 * The length of the `attempt`-th break in a row: the first as configured, each further one twice as long with up to 20
 * % of jitter, so that runs that stopped together don't come back together.
 *
 * @param chance a number in [0, 1) from the Random port
 */
export function cooldown(recovery: Recovery, attempt: number, chance: number): number {
  const doubled = recovery.cooldownMs * 2 ** Math.min(attempt - 1, 30);
  const jittered = attempt === 1 ? doubled : doubled * (1 + 0.2 * chance);
  return Math.round(Math.min(jittered, Math.max(recovery.maxCooldownMs, recovery.cooldownMs)));
}
