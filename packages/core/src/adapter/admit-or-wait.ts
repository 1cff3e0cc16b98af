import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { Call, Decision } from "../vocabulary/call.ts";
import type { ProbeOptions } from "../breaker/probe-options.ts";
import type { Lane } from "../breaker/lane.ts";

/**
 * Asks for the calls of one answer. Where only what is held for others is in their way it waits, as long as
 * the breaker's `reservations.waitMs` allows, and asks again. For adapters: a run that has to wait is not stopped.
 */
export async function admitOrWait<const Calls extends readonly Call[]>(
  breaker: Breaker,
  lane: Lane,
  calls: Calls,
  options: ProbeOptions = {},
): Promise<{ [K in keyof Calls]: Decision }> {
  const { settings } = insideOf(breaker);
  let left = settings.reservations.waitMs;
  for (;;) {
    const decisions = await lane.admit(calls, options);
    const waitMs = waitFor(decisions);
    if (waitMs === undefined || left <= 0) return decisions;
    await settings.wait(Math.min(waitMs, left));
    left -= waitMs;
  }
}

/** How long to wait, if nothing but others' reservations keeps all of the calls back. */
function waitFor(decisions: readonly Decision[]): number | undefined {
  const waits = decisions.flatMap(({ verdict, retryAfterMs }) =>
    verdict === "block" && retryAfterMs !== undefined ? [retryAfterMs] : [],
  );
  return waits.length > 0 && waits.length === decisions.length ? Math.max(...waits) : undefined;
}
