import type { Wait } from "../../src/ports/wait.ts";
import type { ManualClock } from "./clock.ts";

/** A timer whose time passes with a manual clock. */
export interface ManualTimer {
  readonly wait: Wait;
  /** How many waits have begun. */
  readonly begun: () => number;
  /** How many waits are under way. */
  readonly pending: () => number;
  /** Lets time pass, and what has waited for it go on. */
  pass(ms: number): Promise<void>;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

export function manualTimer(clock: ManualClock): ManualTimer {
  const waiting = new Map<() => void, number>();
  let begun = 0;
  return {
    wait: (ms, signal) =>
      new Promise((resolve) => {
        begun += 1;
        waiting.set(resolve, clock() + ms);
        signal?.addEventListener("abort", () => waiting.delete(resolve));
      }),
    begun: () => begun,
    pending: () => waiting.size,
    async pass(ms) {
      await turn();
      clock.advance(ms);
      for (const [resolve, at] of waiting) {
        if (at > clock()) continue;
        waiting.delete(resolve);
        resolve();
      }
      await turn();
    },
  };
}
