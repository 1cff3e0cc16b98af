import type { ToolPolicy } from "@guard/core";
import { policyFromName, type RecordedEvent, type RecordedRun } from "@guard/core/replay";

/** What the runs show about one tool. */
export interface ToolBehaviour {
  readonly tool: string;
  /** What guard reads from the tool's name. */
  readonly named: ToolPolicy;
  /** How many runs use the tool. */
  readonly runs: number;
  /** In so many runs, an answer stayed the same for the same arguments, and then changed by itself. */
  readonly polls: number;
  /** In so many runs, the same arguments brought something else each time, three times in a row or more. */
  readonly pages: number;
}

type Sign = "polls" | "pages";

/** Looks at each tool in honest runs. */
export function toolBehaviours(runs: readonly RecordedRun[]): readonly ToolBehaviour[] {
  const tools = new Map<string, { runs: number } & Record<Sign, number>>();
  for (const { events } of runs) {
    for (const [tool, sign] of signsOf(events)) {
      const known = tools.get(tool) ?? { runs: 0, polls: 0, pages: 0 };
      tools.set(tool, known);
      known.runs += 1;
      if (sign !== undefined) known[sign] += 1;
    }
  }
  return [...tools].map(([tool, counts]) => ({ tool, named: policyFromName(tool), ...counts }));
}

/** Results of one tool for the same arguments, since a call that may have changed something. */
interface Streak {
  last: string;
  same: number;
  changed: number;
}

/** The tools of one run, each with its sign if it shows one. A poll is the surer sign. */
function signsOf(events: readonly RecordedEvent[]): ReadonlyMap<string, Sign | undefined> {
  const signs = new Map<string, Sign | undefined>();
  const streaks = new Map<string, Streak>();
  for (const event of events) {
    if (event.type === "handoff" || event.type === "user") streaks.clear();
    if (event.type !== "tool") continue;
    const { tool, args, result, error } = event;
    signs.set(tool, signs.get(tool));
    const key = `${tool}\n${textOf(args)}`;
    const streak = streaks.get(key);
    // A tool of an unknown name may change something, also for other arguments of its own.
    if (!isHarmless(policyFromName(tool))) {
      streaks.clear();
      if (streak !== undefined) streaks.set(key, streak);
    }
    if (error === true || result === undefined) continue;
    const last = textOf(result);
    if (streak === undefined) streaks.set(key, { last, same: 0, changed: 0 });
    else if (last === streak.last) streak.same += 1;
    else {
      streak.last = last;
      streak.changed += 1;
      if (streak.same > 0) signs.set(tool, "polls");
      else if (streak.changed >= 2) signs.set(tool, signs.get(tool) ?? "pages");
    }
  }
  return signs;
}

function isHarmless(policy: ToolPolicy): boolean {
  return ["read", "note", "output", "polling", "wait", "exempt"].includes(policy);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
