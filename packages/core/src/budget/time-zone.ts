import { setBounded } from "../collections/bounded-map.ts";

/** The offset of a zone from UTC. */
export interface Offset {
  /** Such as `GMT+02:00`. */
  readonly name: string;
  readonly ms: number;
}

/** A format takes tens of kilobytes: keep those of the latest zones. */
const maxFormats = 100;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  setBounded(formats, timeZone, format, maxFormats);
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

/** A zone's offset at a moment. */
export function offsetAt(timeZone: string, at: number): Offset {
  const parts = formatOf(timeZone).formatToParts(at);
  const name = parts.find(({ type }) => type === "timeZoneName")?.value ?? "GMT";
  const [hours = 0, minutes = 0, seconds = 0] = (name.match(/\d+/g) ?? []).map(Number);
  const ms = 1_000 * (3_600 * hours + 60 * minutes + seconds);
  return { name, ms: name.includes("-") ? -ms : ms };
}
