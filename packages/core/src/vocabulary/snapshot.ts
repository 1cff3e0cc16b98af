/** A breaker's state as plain JSON. Its inside may change with `version`; nothing else relies on it. */
export interface Snapshot {
  readonly version: 2;
  readonly state: Readonly<Record<string, unknown>>;
}
