import { setBounded } from "../collections/bounded-map.ts";
import { offsetAt, type Offset } from "./time-zone.ts";

export type CalendarPer = "hour" | "day" | "month";

/** The window of the calendar that counts at a moment. */
export interface CalendarWindow {
  /** Another window of the same limit has another name. */
  readonly name: string;
  /** From here to its end it is known to count. */
  readonly from: number;
  /** The first moment at which it no longer counts. */
  readonly end: number;
}

// oxlint-disable-next-line no-restricted-globals -- the calendar's arithmetic; it reads no clock
const CalendarDate = Date;

const dayMs = 24 * 3_600_000;

/** The window found last for each period and zone; there are some 450 zones. */
const found = new Map<string, CalendarWindow>();
const maxFound = 2_000;

/** The hour, day or month that `now` is in. It is worked out once, and is then known until it ends. */
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
    // The clocks are put forward or back: out of the window, or within it.
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
      // The hour that a change to winter time repeats is told by its offset.
      return `hour ${shown.slice(0, 13).replace("T", "-")} ${name} ${timeZone}`;
  }
}

/** What the clocks show where a window ends; both times as if the clocks showed UTC. */
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

/** The first moment, `end` at the latest, at which a zone has left an offset. None returns to it within a day. */
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
