/** Fields of entries and of reports that hold a moment. */
const moments: ReadonlySet<string> = new Set(["at", "began", "last", "until"]);

/** A value as JSON. Moments become ISO 8601 text in UTC. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (field, held: unknown) =>
    moments.has(field) && typeof held === "number" ? new Date(held).toISOString() : held,
  );
}
