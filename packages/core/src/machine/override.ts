/** A human's word over the machine's. A record, not a handle: it survives in snapshots and stores. */
export interface Override {
  readonly id: string;
  /** `open`: nothing passes; `closed`: everything passes, and events say what would have happened. */
  readonly force: "open" | "closed";
  readonly by: string;
  readonly why: string;
  readonly at: number;
  /** Milliseconds since the epoch; without it the override holds until it is lifted. */
  readonly until?: number;
}

/** The override in force now: the latest that has not expired. */
export function inForce(overrides: readonly Override[], now: number): Override | undefined {
  return overrides.findLast((override) => override.until === undefined || override.until > now);
}
