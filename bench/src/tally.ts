import type { Judge } from "./judges.ts";
import type { Label, Trace } from "./traces.ts";

/** How the runs of one kind ended. */
export interface Tally {
  runs: number;
  warned: number;
  blocked: number;
  opened: number;
  /** Blocked or opened. */
  stopped: number;
  calls: number;
  /** Calls from the first refused one to the end. */
  saved: number;
}

/** A label of a run, or `success` for runs that a benchmark scored as a success. */
export type Kind = Label | "success";

export type Tallies = ReadonlyMap<Kind, Tally>;

/** Judges runs and counts how they ended. */
export function tally({ judge }: Judge, traces: Iterable<Trace>): Tallies {
  const tallies = new Map<Kind, Tally>();
  for (const { run, label, success } of traces) {
    const { warned, blocked, opened } = judge(run);
    const calls = run.events.filter(({ type }) => type === "tool" || type === "handoff").length;
    const stops = [blocked, opened].filter((index) => index !== null);
    const kinds = [label, success === true ? ("success" as const) : undefined];
    for (const kind of kinds.filter((some) => some !== undefined)) {
      const count = tallies.get(kind) ?? emptyTally();
      tallies.set(kind, count);
      count.runs += 1;
      count.calls += calls;
      if (warned !== null) count.warned += 1;
      if (blocked !== null) count.blocked += 1;
      if (opened !== null) count.opened += 1;
      if (stops.length === 0) continue;
      count.stopped += 1;
      count.saved += calls - Math.min(...stops) + 1;
    }
  }
  return tallies;
}

export function emptyTally(): Tally {
  return { runs: 0, warned: 0, blocked: 0, opened: 0, stopped: 0, calls: 0, saved: 0 };
}
