import { calendarWindow, type CalendarPer } from "./calendar-window.ts";

/** The windows of time that a limit can have. */
export const pers = [
  "hour",
  "day",
  "month",
  "rolling-hour",
  "rolling-day",
  "rolling-month",
] as const;
/**
 * The window of time of a limit. `hour`, `day` and `month` are those of the calendar. `rolling-hour`, `rolling-day` and
 * `rolling-month` end now; a rolling month has thirty days.
 */
export type Per = (typeof pers)[number];

/** A limit's window; without `per` the whole life of its account. */
export interface Window {
  readonly per: Per | undefined;
  /** The time zone of the calendar, by its IANA name. */
  readonly timeZone: string;
}

const hourMs = 3_600_000;
const rolling: ReadonlyMap<Per | undefined, number> = new Map([
  ["rolling-hour", hourMs],
  ["rolling-day", 24 * hourMs],
  ["rolling-month", 30 * 24 * hourMs],
]);

/** A rolling window has this many slots. A slot leaves as a whole, never too early. */
const slots = 60;

/** The name of the window of `now`. Each window of a limit has a name of its own. */
export function windowName({ per, timeZone }: Window, now: number): string {
  if (per === undefined) return "life";
  return isCalendarPer(per) ? calendarWindow(per, timeZone, now).name : per;
}

/** The length of a rolling window, in milliseconds. `undefined` for other windows. */
export function lengthOf(per: Per | undefined): number | undefined {
  return rolling.get(per);
}

/** The current slot of a window. */
export function slotOf({ per }: Window, now: number): string {
  const length = rolling.get(per);
  return length === undefined ? "0" : String(Math.floor(now / (length / slots)));
}

/** Whether a slot still counts. */
export function isCurrent({ per }: Window, slot: string, now: number): boolean {
  const length = rolling.get(per);
  return length === undefined || Number(slot) > now / (length / slots) - slots - 1;
}

/** All slots that count now. */
export function slotsIn({ per }: Window, now: number): readonly string[] {
  const length = rolling.get(per);
  if (length === undefined) return ["0"];
  const latest = Math.floor(now / (length / slots));
  return Array.from({ length: slots + 1 }, (_, ago) => String(latest - ago));
}

/** When a slot stops counting. `undefined`: never. */
export function endOf({ per, timeZone }: Window, slot: string, now: number): number | undefined {
  if (isCalendarPer(per)) return calendarWindow(per, timeZone, now).end;
  const length = rolling.get(per);
  return length === undefined ? undefined : (Number(slot) + 1) * (length / slots) + length;
}

function isCalendarPer(per: Per | undefined): per is CalendarPer {
  return per !== undefined && !rolling.has(per);
}
