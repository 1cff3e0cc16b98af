import type { Verdict } from "@guard/core";

/** The widest name in a table, in characters. */
export const widestName: number = 48;

/** What people read for a verdict. */
const verdictWords: Readonly<Record<Verdict, string>> = {
  allow: "allowed",
  warn: "warned",
  block: "refused",
  open: "stopped",
};

export function shownVerdict(verdict: Verdict): string {
  return verdictWords[verdict];
}

/** A moment in UTC, for people: `2026-11-29 16:27:34`. Without a moment: nothing. */
export function shownTime(at: number | undefined): string {
  return at === undefined ? "" : new Date(at).toISOString().slice(0, 19).replace("T", " ");
}

/** A moment of a day in UTC: `16:27:34.293`. */
export function shownTimeOfDay(at: number): string {
  return new Date(at).toISOString().slice(11, 23);
}

/** How long something took: `4 ms`, `2.5 s`, `3 min 20 s`, `5 h 2 min`. */
export function shownDuration(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${Math.round(ms / 100) / 10} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor(seconds / 60) % 60} min`;
}

/** An amount of USD with four digits. Zero: nothing. */
export function shownUsd(usd: number): string {
  return usd === 0 ? "" : usd.toFixed(4);
}

/** USD from billionths of a USD. */
export function toUsd(nanoUsd: number): number {
  return nanoUsd / 1e9;
}
