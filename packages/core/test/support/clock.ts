/** A clock that stands still until it is told to move. */
export interface ManualClock {
  (): number;
  advance(ms: number): void;
  set(now: number): void;
}

export function manualClock(start = 1_000_000): ManualClock {
  let now = start;
  return Object.assign(() => now, {
    advance: (ms: number) => void (now += ms),
    set: (to: number) => void (now = to),
  });
}
