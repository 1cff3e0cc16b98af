import { performance } from "node:perf_hooks";
import { createRegistry } from "@guard/core";
import { circuitBreaker, ConsecutiveBreaker, handleAll } from "cockatiel";
import CircuitBreaker from "opossum";
import { median } from "../median.ts";
import { libraries, type Library } from "./compare.ts";

const runs = 40;
const warmUps = 20;
const calls = 200;

type Ask = () => Promise<unknown>;

const ok = async () => 1;
const down = new Error("503");
const fail = () => Promise.reject(down);

/** Each library with one circuit: the first failure opens it, or none does. */
const makers: Readonly<Record<Library, (fn: () => Promise<unknown>, opens: boolean) => Ask>> = {
  guard: (fn, opens) => {
    const failureThreshold = opens ? 1 : Number.MAX_SAFE_INTEGER;
    const circuit = createRegistry().circuit("service", { failureThreshold });
    return () => circuit.call(fn);
  },
  cockatiel: (fn, opens) => {
    const breaker = new ConsecutiveBreaker(opens ? 1 : Number.MAX_SAFE_INTEGER);
    const policy = circuitBreaker(handleAll, { halfOpenAfter: 60_000, breaker });
    return () => policy.execute(fn);
  },
  opossum: (fn, opens) => {
    const errorThresholdPercentage = opens ? 1 : 100;
    const breaker = new CircuitBreaker(fn, {
      timeout: false,
      resetTimeout: 60_000,
      errorThresholdPercentage,
      rollingPercentilesEnabled: false, // with them, a failure sorts the times of all calls of ten seconds
    });
    return () => breaker.fire();
  },
};

const ways = {
  "a call that succeeds": { fn: ok, opens: false },
  "a call that fails": { fn: fail, opens: false },
  "a call that the circuit refuses": { fn: fail, opens: true },
} as const;

/** What a call costs with each library, in microseconds, and how many times as much as with guard's peers. */
export interface Speed {
  readonly measure: string;
  readonly us: Readonly<Record<Library, number>>;
  /** guard's time over that of the others: the median of the turns. */
  readonly ratio: Readonly<Record<Exclude<Library, "guard">, number>>;
}

/** Measures all libraries side by side: they take turns, so other work on the machine slows all of them alike. */
export async function measureSpeed(): Promise<readonly Speed[]> {
  const speeds: Speed[] = [];
  for (const [measure, { fn, opens }] of Object.entries(ways)) {
    const asks = libraries.map((library) => [library, makers[library](fn, opens)] as const);
    const taken = { guard: [], cockatiel: [], opossum: [] } as Record<Library, number[]>;
    for (let run = 0; run < warmUps + runs; run += 1) {
      for (const [library, ask] of run % 2 === 0 ? asks : asks.toReversed()) {
        const us = await timed(ask);
        if (run >= warmUps) taken[library].push(us);
      }
    }
    const over = (other: Library) =>
      median(taken.guard.map((us, turn) => us / taken[other][turn]!));
    speeds.push({
      measure,
      us: {
        guard: median(taken.guard),
        cockatiel: median(taken.cockatiel),
        opossum: median(taken.opossum),
      },
      ratio: { cockatiel: over("cockatiel"), opossum: over("opossum") },
    });
  }
  return speeds;
}

/** The time of one call, in microseconds. */
async function timed(ask: Ask): Promise<number> {
  const begun = performance.now();
  for (let call = 0; call < calls; call += 1) await ask().catch(() => {});
  return (1_000 * (performance.now() - begun)) / calls;
}
