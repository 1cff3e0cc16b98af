import { presets, signature, type GuardOptions } from "@guard/core";
import { replay, type RecordedRun, type RecordedToolCall } from "@guard/core/replay";

/** The calls (1-based) at which a judge warned, refused and stopped. */
interface Judgement {
  readonly warned: number | null;
  readonly blocked: number | null;
  readonly opened: number | null;
}

/** Something that judges runs, by name. */
export interface Judge {
  readonly name: string;
  readonly judge: (run: RecordedRun) => Judgement;
}

/** The first call (1-based) that a judge refuses or stops. `null`: all calls run. */
export function firstStop({ judge }: Judge, run: RecordedRun): number | null {
  const { blocked, opened } = judge(run);
  return blocked === null || opened === null ? (blocked ?? opened) : Math.min(blocked, opened);
}

function guard(name: string, options: GuardOptions): Judge {
  return { name, judge: (run) => replay(run, options) };
}

/** The default. */
export const balanced: Judge = guard("balanced", { preset: "balanced" });

/** The presets as they are, the default first. */
export const presetJudges: readonly Judge[] = [
  balanced,
  ...Object.keys(presets)
    .filter((name) => name !== "balanced")
    .map((name) => guard(name, { preset: name as keyof typeof presets })),
];

/** The default without one of its rules. Shows what the rule is for. */
export const withoutOneRule: readonly Judge[] = Object.entries(presets.balanced)
  .filter(([, ladder]) => Object.values(ladder).some((threshold) => threshold !== false))
  .map(([rule]) => guard(rule, { rules: { [rule]: false } }));

/** Simpler rules to compare with. Each stops a run at a fixed count. */
export const others: readonly Judge[] = [
  counter("third identical call", (seen, key) => seen.filter((other) => other === key).length >= 3),
  counter("cap of 15 calls", (seen) => seen.length > 15),
  counter(
    "5 identical in the last 20",
    (seen, key) => seen.slice(-20).filter((other) => other === key).length >= 5,
  ),
];

function counter(name: string, stops: (seen: readonly string[], key: string) => boolean): Judge {
  return {
    name,
    judge: ({ events }) => {
      const calls = events.filter((event): event is RecordedToolCall => event.type === "tool");
      const seen: string[] = [];
      const at = calls.findIndex(({ tool, args }) => {
        const key = signature(tool, args);
        seen.push(key);
        return stops(seen, key);
      });
      return { warned: null, blocked: null, opened: at < 0 ? null : at + 1 };
    },
  };
}
