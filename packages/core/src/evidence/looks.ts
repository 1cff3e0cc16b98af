import type { ToolPolicy } from "../vocabulary/tool-policy.ts";
import type { LaneRecord, SignatureRecord, Unchanged } from "./records.ts";
import { isWaiting } from "./policy.ts";
import type { SignedCall } from "./signed-call.ts";

/**
 * So much idle time is waiting. It is less than 30 s, because a host that looks every 30 s is idle for less. It is more
 * than 15 s: a host that sleeps 15 s for a rate limit must not turn its loop into looks.
 */
export const idleMs = 20_000;

/**
 * Whether a repeated call waits for something: its last outcome said *not yet* or changed by itself, or the agent has
 * waited since. A tool that changes the world, or writes for the agent alone, never looks. New words of an agent are no
 * change by itself.
 */
export function isLook(
  { policy, waits = false, delegation }: SignedCall,
  known: SignatureRecord | undefined,
  lane: LaneRecord,
): boolean {
  if (isWaiting(policy)) return true;
  if (known === undefined || !mayLook(policy)) return false;
  const isSource = known.isSource && delegation === undefined;
  return waits || known.isPending || isSource || lane.waits > known.waits;
}

function mayLook(policy: ToolPolicy): boolean {
  return policy === "read" || policy === "unknown" || policy === "delegate";
}

/** Looks closer together than this come as fast as a model can ask, without waiting. */
const hastyMs = 2_500;
/** Failing looks closer together than this are retries. */
const retryMs = 10_000;
const minuteMs = 60_000;
/** Looks a minute or more apart count by time: a day of them counts like 20 hasty looks. */
const dayAsLooks = 20;
const dayMs = 24 * 60 * minuteMs;

/** How many hasty looks a patient one is worth: 20 of them take eight minutes or more. */
const patientShare = 1 / 12;

/**
 * What a look counts that comes `gapMs` after the last one. A look as fast as a model can ask counts one. A look every
 * few seconds for ten minutes is fine for a build, and one a minute for hours is honest.
 */
export function lookWeight(gapMs: number, hasFailed: boolean): number {
  if (isPatient(gapMs)) return Math.min((gapMs / dayMs) * dayAsLooks, patientShare);
  if (hasFailed) return gapMs < retryMs ? 1 : 0.5;
  return gapMs < hastyMs ? 1 : patientShare;
}

/** Whether a look comes a minute or more after the last one. */
export function isPatient(gapMs: number): boolean {
  return gapMs >= minuteMs;
}

/** The count for a look that comes now: a patient look counts patient ones alone. */
export function unchangedNow(unchanged: Unchanged, gapMs: number): Unchanged {
  return isPatient(gapMs) ? { ...unchanged, count: unchanged.patient } : unchanged;
}
