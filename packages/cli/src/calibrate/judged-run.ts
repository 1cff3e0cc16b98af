import type { GuardOptions } from "@guard/core";
import { replay, type RecordedRun, type ReplayResult } from "@guard/core/replay";

/** Where guard would have refused a call or stopped the run. */
export interface Stop {
  /** The number of the call, from 1. `null` in a ledger. */
  readonly at: number | null;
  readonly rule: string | null;
  readonly tool: string | null;
  readonly cure: string | null;
}

/** What a person says about a run. */
export type Label = "honest" | "looped";

/** A run, what guard would have done to it, and what a person says about it. */
export interface JudgedRun {
  readonly run: RecordedRun;
  readonly stop: Stop | undefined;
  readonly label: Label | undefined;
}

/** Whether a run counts as honest: a person says so, or guard would have let it pass and no person objects. */
export function isHonest({ stop, label }: JudgedRun): boolean {
  return label === "honest" || (label === undefined && stop === undefined);
}

/** Where guard would have refused a call of a run, or stopped it, with these options. */
export function stopOf(run: RecordedRun, options: GuardOptions): Stop | undefined {
  return asStop(replay(run, options));
}

function asStop({ blocked, opened, rule, tool, cure }: ReplayResult): Stop | undefined {
  const calls = [blocked, opened].filter((call) => call !== null);
  if (calls.length === 0) return undefined;
  return { at: Math.min(...calls), rule, tool, cure };
}

export function usesTool({ run }: JudgedRun, tool: string): boolean {
  return run.events.some((event) => event.type === "tool" && event.tool === tool);
}
