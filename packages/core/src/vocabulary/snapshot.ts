/**
 * The state of a breaker, as plain JSON. Save it, and give it to `createBreaker({ restore })`. Don't rely on what `state`
 * holds: it may change.
 */
export interface Snapshot {
  readonly version: 2;
  readonly state: Readonly<Record<string, unknown>>;
}
