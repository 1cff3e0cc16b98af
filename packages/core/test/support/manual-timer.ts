import type { Timer } from "../../src/ports/timer.ts";
import type { ManualClock } from "./clock.ts";

/** A timer whose time passes with a manual clock. */
export interface ManualTimer extends Timer {
  /** How many times it was set. */
  readonly set: () => number;
  /** How many are running. */
  readonly running: () => number;
  /** Lets time pass, and what has waited for it go on. */
  pass(ms: number): Promise<void>;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

export function manualTimer(clock: ManualClock): ManualTimer {
  const running = new Map<symbol, { readonly at: number; readonly fire: () => void }>();
  let set = 0;
  const timer: Timer = (ms, fire) => {
    const id = Symbol("timer");
    set += 1;
    running.set(id, { at: clock() + ms, fire });
    return () => running.delete(id);
  };
  return Object.assign(timer, {
    set: () => set,
    running: () => running.size,
    async pass(ms: number) {
      await turn();
      clock.advance(ms);
      for (const [id, { at, fire }] of running) {
        if (at > clock()) continue;
        running.delete(id);
        fire();
      }
      await turn();
    },
  });
}
