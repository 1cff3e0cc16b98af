/** Fields of entries and of reports that hold a moment. */
const moments: ReadonlySet<string> = new Set(["at", "began", "last", "until"]);

/** A value as JSON. Moments become ISO 8601 text in UTC. A moment that no date can have stays a number. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (field, held: unknown) => {
    const date = moments.has(field) && typeof held === "number" ? new Date(held) : undefined;
    return date === undefined || Number.isNaN(date.getTime()) ? held : date.toISOString();
  });
}
