import type { ToolPolicy } from "../vocabulary/tool-policy.ts";
import type { LaneRecord, SignatureRecord, Unchanged } from "./records.ts";
import { isWaiting } from "./policy.ts";
import type { SignedCall } from "./signed-call.ts";

/**
 * Idling for so long is waiting: a host that looks every 30 s idles for less. A host that sleeps 15 s for a rate limit must
 * not turn its loop into looks.
 */
export const idleMs = 20_000;

/**
 * Whether a repeated call waits for something: its last outcome said *not yet* or has changed by itself, or time was let
 * pass since. A tool that changes the world, or that writes for the agent alone, never looks. An agent that finds other
 * words is no sensor: what it was asked changes nothing by itself.
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

/** Looks closer together than this come as fast as a model can ask: nothing waits between them. */
const hastyMs = 2_500;
/** Failing looks closer together than this are retries. */
const retryMs = 10_000;
const minuteMs = 60_000;
/** Looks a minute or more apart count as time: a day of them is as much as 20 hasty looks. */
const dayAsLooks = 20;
const dayMs = 24 * 60 * minuteMs;

/** How many hasty looks a patient one is worth: 20 of them take eight minutes or more. */
const patientShare = 1 / 12;

/**
 * What a look counts that comes `gapMs` after the last one. Looks as fast as a model can ask count one. Once every few
 * seconds for ten minutes is what a build takes, and once a minute for hours is honest.
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

/** What has not changed, as a look counts that comes now: a patient one is held against patient ones alone. */
export function unchangedNow(unchanged: Unchanged, gapMs: number): Unchanged {
  return isPatient(gapMs) ? { ...unchanged, count: unchanged.patient } : unchanged;
}
