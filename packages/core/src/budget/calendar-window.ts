import { setBounded } from "../collections/bounded-map.ts";
import { offsetAt, type Offset } from "./time-zone.ts";

export type CalendarPer = "hour" | "day" | "month";

/** The window of the calendar at a moment. */
export interface CalendarWindow {
  /** Each window of a limit has a name of its own. */
  readonly name: string;
  /** From this moment to its end the window is known to count. */
  readonly from: number;
  /** The first moment at which it no longer counts. */
  readonly end: number;
}

// oxlint-disable-next-line no-restricted-globals -- the calendar's arithmetic; it reads no clock
const CalendarDate = Date;

const dayMs = 24 * 3_600_000;

/** The latest window of each period and zone. There are some 450 zones. */
const found = new Map<string, CalendarWindow>();
const maxFound = 2_000;

/** The hour, day or month of `now`. guard computes it once and keeps it until it ends. */
export function calendarWindow(per: CalendarPer, timeZone: string, now: number): CalendarWindow {
  const key = `${per} ${timeZone}`;
  const known = found.get(key);
  if (known !== undefined && known.from <= now && now < known.end) return known;
  const window = findWindow(per, timeZone, Math.floor(now));
  setBounded(found, key, window, maxFound);
  return window;
}

function findWindow(per: CalendarPer, timeZone: string, now: number): CalendarWindow {
  const nameAt = (at: number, offset: Offset) => nameOf(per, timeZone, at, offset);
  const offset = offsetAt(timeZone, now);
  const name = nameAt(now, offset);
  const shownAtEnd = endOf(per, new CalendarDate(now + offset.ms));
  let at = now;
  let counted = offset;
  for (;;) {
    const end = shownAtEnd - counted.ms;
    const change = nextChange(timeZone, at, counted, end);
    if (change === undefined) return { name, from: now, end };
    // The clocks change: out of the window, or within it.
    const next = offsetAt(timeZone, change);
    if (nameAt(change, next) !== name) return { name, from: now, end: change };
    at = change;
    counted = next;
  }
}

function nameOf(per: CalendarPer, timeZone: string, at: number, { name, ms }: Offset): string {
  const shown = new CalendarDate(at + ms).toISOString();
  switch (per) {
    case "month":
      return `month ${shown.slice(0, 7)} ${timeZone}`;
    case "day":
      return `day ${shown.slice(0, 10)} ${timeZone}`;
    case "hour":
      // The offset tells the two hours apart that a change to winter time makes.
      return `hour ${shown.slice(0, 13).replace("T", "-")} ${name} ${timeZone}`;
  }
}

/** The local time at which a window ends. Both times are written as UTC. */
function endOf(per: CalendarPer, shown: Date): number {
  const [year, month, day] = [shown.getUTCFullYear(), shown.getUTCMonth(), shown.getUTCDate()];
  switch (per) {
    case "month":
      return CalendarDate.UTC(year, month + 1);
    case "day":
      return CalendarDate.UTC(year, month, day + 1);
    case "hour":
      return CalendarDate.UTC(year, month, day, shown.getUTCHours() + 1);
  }
}

/**
 * The first moment, at the latest `end`, at which a zone has another offset. No zone goes back to an offset within a
 * day.
 */
function nextChange(
  timeZone: string,
  from: number,
  { name }: Offset,
  end: number,
): number | undefined {
  let before = from;
  while (before < end) {
    let after = Math.min(before + dayMs, end);
    if (offsetAt(timeZone, after).name !== name) {
      while (after - before > 1) {
        const middle = Math.floor((before + after) / 2);
        if (offsetAt(timeZone, middle).name === name) before = middle;
        else after = middle;
      }
      return after;
    }
    before = after;
  }
  return undefined;
}
