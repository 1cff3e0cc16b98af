import { insideOf, type Breaker } from "../breaker/breaker.ts";
import type { Call, Decision } from "../vocabulary/call.ts";
import type { ProbeOptions } from "../breaker/probe-options.ts";
import type { Lane } from "../breaker/lane.ts";

/**
 * Asks for the calls of one answer. If other calls hold the rest of a budget, it waits up to `reservations.waitMs` of
 * the breaker and asks again. A run that waits is not stopped.
 */
export async function admitOrWait<const Calls extends readonly unknown[]>(
  breaker: Breaker,
  lane: Lane,
  calls: readonly [...{ [K in keyof Calls]: Call }],
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

/** How long to wait, if only the reservations of other calls are in the way of all these calls. */
function waitFor(decisions: readonly Decision[]): number | undefined {
  const waits = decisions.flatMap(({ verdict, retryAfterMs }) =>
    verdict === "block" && retryAfterMs !== undefined ? [retryAfterMs] : [],
  );
  return waits.length > 0 && waits.length === decisions.length ? Math.max(...waits) : undefined;
}
