import type { GuardOptions } from "../../src/options/guard-options.ts";
import { parseRun, replay, type ReplayResult } from "../../src/replay/index.ts";

export type RawEvent = Readonly<Record<string, unknown>>;

/** Replays events as they would stand in a recording. */
export function judge(events: readonly RawEvent[], options?: GuardOptions): ReplayResult {
  return replay(parseRun(JSON.stringify({ id: "r", events })), options);
}

/** One call a letter: `A` always asks and gets the same. */
export const calls = (letters: string, more: RawEvent = {}): RawEvent[] =>
  letters.split("").map((letter) => ({
    type: "tool",
    tool: "use",
    args: { letter },
    result: `page of ${letter}`,
    ...more,
  }));

/** The first calls that were warned, refused and stopped, and what would come next. */
export const told = ({ warned, blocked, opened, next }: ReplayResult) => [
  warned,
  blocked,
  opened,
  next,
];
