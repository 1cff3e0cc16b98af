import { mock } from "node:test";

/** The time that a scenario plays in. */
export interface FakeTime {
  /** Lets time pass. Timers go off. */
  pass(ms: number): void;
  /** Sets the clock back. Timers go on, as those of an operating system do. */
  setBack(ms: number): void;
}

/** Runs `play` while `Date` and the timers of this process follow a fake time. */
export async function withFakeTime<T>(play: (time: FakeTime) => Promise<T>): Promise<T> {
  mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval"], now: 1_000_000_000 });
  const passed = Date.now;
  let backMs = 0;
  Date.now = () => passed() - backMs;
  try {
    return await play({
      pass: (ms) => mock.timers.tick(ms),
      setBack: (ms) => void (backMs += ms),
    });
  } finally {
    mock.timers.reset();
  }
}
