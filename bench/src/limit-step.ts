import { performance } from "node:perf_hooks";
import { createRegistry, type Limits } from "@guard/core";
import { takeStep } from "./core-step.ts";
import { median } from "./median.ts";

const runs = 60;
const warmUps = 20;
const steps = 40;

/** A limit per day may cost this many times as much as a limit for life, and no more. */
const mostRatio = 2;

const timeZone = "Europe/Berlin";
const usd = 1_000;

const forms: Readonly<Record<string, Limits>> = {
  "for life": { user: { usd } },
  "for a day": { user: { usd, per: "day", timeZone } },
  "for an hour, a day, a month": {
    user: [
      { usd, per: "hour", timeZone },
      { usd, per: "day", timeZone },
      { usd, per: "month", timeZone },
    ],
  },
  "for a rolling hour": { user: { usd, per: "rolling-hour" } },
};

/** The time of a step in core with limits of an account, in microseconds and compared with a limit for life. */
export async function measureLimitSteps() {
  const taken = new Map(Object.keys(forms).map((form): [string, number[]] => [form, []]));
  for (let run = 0; run < warmUps + runs; run += 1) {
    for (const [form, limits] of Object.entries(forms)) {
      const us = await timeRun(limits);
      if (run >= warmUps) taken.get(form)!.push(us);
    }
  }
  const life = taken.get("for life")!;
  return [...taken].map(([form, own]) => {
    const ratio = median(own.map((us, run) => us / life[run]!));
    const target = form === "for a day" ? mostRatio : null;
    const holds = target === null ? null : ratio <= target;
    return { measure: `a user limited ${form}`, us: median(own), ratio, target, holds };
  });
}

async function timeRun(limits: Limits): Promise<number> {
  const lane = createRegistry({ limits })
    .breaker({ accounts: { user: "42" } })
    .agent();
  const begun = performance.now();
  for (let step = 0; step < steps; step += 1) await takeStep(lane, `${step}`);
  return (1_000 * (performance.now() - begun)) / steps;
}
