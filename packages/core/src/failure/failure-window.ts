import type { OpenRule } from "./circuit-settings.ts";

/** Calls that began within a tenth of the window. */
export interface Slice {
  /** When the first of these calls came back. */
  readonly at: number;
  readonly calls: number;
  readonly failures: number;
}

/** What a closed circuit remembers of its latest calls. Plain data: its size has a bound. */
export type FailureWindow =
  | { readonly counts: "in-a-row"; readonly failures: number }
  /** One letter a call, the newest last: `f` for a failure, `s` for a success. */
  | { readonly counts: "results"; readonly results: string; readonly failures: number }
  /** When the latest failures came back, as many as open the circuit. */
  | { readonly counts: "moments"; readonly moments: readonly number[] }
  | { readonly counts: "slices"; readonly slices: readonly Slice[] };

/** In how many slices a window of time is cut. */
const sliceCount = 10;

/** A window without calls. */
export function emptyWindow(rule: OpenRule): FailureWindow {
  switch (rule.counts) {
    case "in-a-row":
      return { counts: "in-a-row", failures: 0 };
    case "calls":
    case "rate-of-calls":
      return { counts: "results", results: "", failures: 0 };
    case "time":
      return { counts: "moments", moments: [] };
    case "rate-in-time":
      return { counts: "slices", slices: [] };
  }
}

/** The window after one more call. What is older than the window leaves it. */
export function withCall(
  window: FailureWindow,
  rule: OpenRule,
  hasFailed: boolean,
  now: number,
): FailureWindow {
  const failed = hasFailed ? 1 : 0;
  switch (rule.counts) {
    case "in-a-row": {
      const before = window.counts === "in-a-row" ? window.failures : 0;
      if (!hasFailed && before === 0 && window.counts === "in-a-row") return window;
      return { counts: "in-a-row", failures: hasFailed ? before + 1 : 0 };
    }
    case "calls":
    case "rate-of-calls": {
      const { results, failures } =
        window.counts === "results" ? window : { results: "", failures: 0 };
      const all = results + (hasFailed ? "f" : "s");
      const kept = all.slice(-rule.calls);
      const gone = all.slice(0, all.length - kept.length);
      const lost = gone.split("f").length - 1;
      return { counts: "results", results: kept, failures: failures + failed - lost };
    }
    case "time": {
      const known = window.counts === "moments" ? window.moments : [];
      const moments = known.filter((at) => isWithin(at, now, rule.ms));
      if (!hasFailed && moments.length === known.length && window.counts === "moments")
        return window;
      const all = hasFailed ? [...moments, now] : moments;
      return { counts: "moments", moments: all.slice(-rule.failures) };
    }
    case "rate-in-time": {
      const slices = slicesOf(window, rule.ms, now);
      const last = slices.at(-1);
      const isInLast = last !== undefined && now - last.at < rule.ms / sliceCount;
      const before = isInLast ? last : { at: now, calls: 0, failures: 0 };
      const next = {
        at: before.at,
        calls: before.calls + 1,
        failures: before.failures + failed,
      };
      return { counts: "slices", slices: [...(isInLast ? slices.slice(0, -1) : slices), next] };
    }
  }
}

/** Whether the failures in the window open the circuit. */
export function isTooMany(window: FailureWindow, rule: OpenRule, now: number): boolean {
  switch (window.counts) {
    case "in-a-row":
      return rule.counts === "in-a-row" && window.failures >= rule.failures;
    case "results":
      if (rule.counts === "calls") return window.failures >= rule.failures;
      return (
        rule.counts === "rate-of-calls" && isRate(window.results.length, window.failures, rule)
      );
    case "moments":
      return (
        rule.counts === "time" &&
        window.moments.filter((at) => isWithin(at, now, rule.ms)).length >= rule.failures
      );
    case "slices": {
      if (rule.counts !== "rate-in-time") return false;
      const slices = slicesOf(window, rule.ms, now);
      const sum = (field: "calls" | "failures") =>
        slices.reduce((total, slice) => total + slice[field], 0);
      return isRate(sum("calls"), sum("failures"), rule);
    }
  }
}

/** Whether a window has no failure that still counts. */
export function isClean(window: FailureWindow): boolean {
  switch (window.counts) {
    case "in-a-row":
    case "results":
      return window.failures === 0;
    case "moments":
      return window.moments.length === 0;
    case "slices":
      return window.slices.every(({ failures }) => failures === 0);
  }
}

function isRate(
  calls: number,
  failures: number,
  rule: { readonly rate: number; readonly minimum: number },
): boolean {
  return calls >= rule.minimum && failures / calls >= rule.rate;
}

function slicesOf(window: FailureWindow, ms: number, now: number): readonly Slice[] {
  return window.counts === "slices" ? window.slices.filter(({ at }) => isWithin(at, now, ms)) : [];
}

/** A moment after `now` comes from before the clock was set back: guard forgets it. */
function isWithin(at: number, now: number, ms: number): boolean {
  return at <= now && now - at < ms;
}
