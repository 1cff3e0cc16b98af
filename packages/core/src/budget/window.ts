/**
 * The stretch of time that a limit is for: an hour, day or month of the calendar, or one that rolls.
 * Rolling months have thirty days.
 */
export const pers = [
  "hour",
  "day",
  "month",
  "rolling-hour",
  "rolling-day",
  "rolling-month",
] as const;
export type Per = (typeof pers)[number];

/** A limit's window; without `per` it is the whole life of its account. */
export interface Window {
  readonly per: Per | undefined;
  /** The zone whose calendar counts, as IANA names it. */
  readonly timeZone: string;
}

const hourMs = 3_600_000;
const rolling: ReadonlyMap<Per | undefined, number> = new Map([
  ["rolling-hour", hourMs],
  ["rolling-day", 24 * hourMs],
  ["rolling-month", 30 * 24 * hourMs],
]);

/** A rolling window is counted in this many slots; a slot leaves as a whole, never too early. */
const slots = 60;

/** No window of the calendar is longer. */
const longestMs = 32 * 24 * hourMs;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    hourCycle: "h23",
    timeZoneName: "longOffset",
  });
  formats.set(timeZone, format);
  return format;
}

/** Whether the platform knows a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** The name of the window that `now` is in: another window of the same limit has another name. */
export function windowName({ per, timeZone }: Window, now: number): string {
  if (per === undefined) return "life";
  if (rolling.has(per)) return per;
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  const of = (...names: Intl.DateTimeFormatPartTypes[]) =>
    names.map((name) => parts.get(name)).join("-");
  switch (per) {
    case "month":
      return `month ${of("year", "month")} ${timeZone}`;
    case "day":
      return `day ${of("year", "month", "day")} ${timeZone}`;
    default:
      // The hour that a change to winter time repeats is told by its offset.
      return `hour ${of("year", "month", "day", "hour")} ${parts.get("timeZoneName")} ${timeZone}`;
  }
}

/** The slot of its window in which something is counted now. */
export function slotOf({ per }: Window, now: number): string {
  const length = rolling.get(per);
  return length === undefined ? "0" : String(Math.floor(now / (length / slots)));
}

/** Whether a slot still counts. */
export function isCurrent({ per }: Window, slot: string, now: number): boolean {
  const length = rolling.get(per);
  return length === undefined || Number(slot) > now / (length / slots) - slots - 1;
}

/**
 * When something that is counted in `slot` stops to count; `undefined`: never. A window of the calendar
 * ends where its name changes.
 */
export function endOf(window: Window, slot: string, now: number): number | undefined {
  const { per } = window;
  if (per === undefined) return undefined;
  const length = rolling.get(per);
  if (length !== undefined) return (Number(slot) + 1) * (length / slots) + length;
  const name = windowName(window, now);
  let inside = now;
  let outside = now + longestMs;
  while (outside - inside > 1) {
    const middle = Math.floor((inside + outside) / 2);
    if (windowName(window, middle) === name) inside = middle;
    else outside = middle;
  }
  return outside;
}
