import type { GuardOptions } from "../../src/options/guard-options.ts";
import { house, spend, type House } from "./accounts.ts";
import { manualClock } from "./clock.ts";
import { manualTimer } from "./manual-timer.ts";
import type { Way } from "./slow-store.ts";
import { unreliableStore, type Behaviour } from "./unreliable-store.ts";

export const accounts = { user: "u" };

/** A registry over a store that fails when a test says so. */
export function unreliableHouse(
  way: Way,
  options: GuardOptions = {},
  behaviour: Behaviour = "answers-later",
) {
  const clock = manualClock();
  const timer = manualTimer(clock);
  const remote = unreliableStore(clock, behaviour, way);
  const { store } = remote;
  const limits = { user: { usd: 10 } };
  return { ...house({ store, limits, ports: { timer }, ...options }, clock), remote, timer };
}

/** Calls of one USD each, in a run of their own each, that are let through. */
export async function letThrough(run: House["run"], calls: number): Promise<number> {
  let passed = 0;
  for (let call = 0; call < calls; call += 1) {
    if ((await spend(run({ accounts }), 1)).verdict === "allow") passed += 1;
  }
  return passed;
}
