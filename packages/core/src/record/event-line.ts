import { canonical, unreadable } from "../signature/canonical.ts";
import { hash } from "../signature/hash.ts";
import type { RecordedEvent } from "../vocabulary/recorded-event.ts";

/** A longer argument or result is cut, in characters. */
const longestField = 262_144;

/** How much of a field that is too long is kept. */
const keptOfField = 16_384;

/**
 * An event as JSON. Arguments and results are hostile, so this never throws: a cycle, a BigInt or a getter that throws
 * becomes a text. A field that is too long keeps its beginning and a hash of all of it, so that different results stay
 * different.
 */
export function eventJson(event: RecordedEvent): string {
  const fields = Object.entries(event).flatMap(([name, value]: [string, unknown]) =>
    value === undefined ? [] : [`${JSON.stringify(name)}:${fieldJson(value)}`],
  );
  return `{${fields.join(",")}}`;
}

function fieldJson(value: unknown): string {
  const text = canonical(value);
  // A value that guard can't read at all has a text that is no JSON.
  const json = text === unreadable ? JSON.stringify(text) : text;
  if (json.length <= longestField) return json;
  const whole = typeof value === "string" ? value : json;
  const more = `… [cut by guard: ${whole.length} characters, hash ${hash(whole)}]`;
  return JSON.stringify(whole.slice(0, keptOfField) + more);
}
