import * as fc from "fast-check";
import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import { createBreaker, type Breaker } from "../../src/breaker/breaker.ts";
import type { Decision, Outcome, Token } from "../../src/vocabulary/call.ts";
import { cooldownMs, leaseMs, use } from "./breakers.ts";
import { manualClock } from "./clock.ts";

/** Something that can happen to a breaker. */
export type Step =
  | { readonly do: "admit"; readonly lane: string; readonly calls: readonly string[] }
  | { readonly do: "model"; readonly lane: string }
  | { readonly do: "settle"; readonly which: number; readonly outcome: Outcome }
  | { readonly do: "clock"; readonly by: number }
  | { readonly do: "restore" | "reset" }
  | { readonly do: "grant"; readonly kind: "tool" | "model" }
  | { readonly do: "override"; readonly force: "open" | "closed"; readonly forMs: number };

const lane = fc.constantFrom("a", "b");
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      status: fc.constant("success" as const),
      result: fc.constantFrom("same", "same", "1", "2"),
      usage: fc.record({ usd: fc.constantFrom(0, 0.25, Number.NaN) }),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Outcome>({ status: "failure", error: "e" }) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ status: "ignored" }) },
  { weight: 1, arbitrary: fc.constant<Outcome>({ status: "unknown" }) },
);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constant("admit" as const),
      lane,
      calls: fc.array(fc.constantFrom("x", "x", "x", "y"), { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({ do: fc.constant("settle" as const), which: fc.nat(20), outcome }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("model" as const), lane }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("clock" as const),
      by: fc.constantFrom(1, cooldownMs, leaseMs, 2 * cooldownMs, -1, -3_600_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "restore" }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("grant" as const),
      kind: fc.constantFrom("tool" as const, "model" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("override" as const),
      force: fc.constantFrom("open" as const, "closed" as const),
      forMs: fc.constantFrom(1, cooldownMs),
    }),
  },
);
/** Runs of up to eighty steps. */
const steps: fc.Arbitrary<Step[]> = fc.array(anyStep, { maxLength: 80, size: "max" });

/** Plays random steps on a breaker; `look` is asked after each of them. */
export function run(
  script: readonly Step[],
  options: BreakerOptions,
  look: (breaker: Breaker, decisions: readonly Decision[], step: Step, now: number) => void,
): void {
  const clock = manualClock(1e9);
  const make = (restore?: BreakerOptions["restore"]) =>
    createBreaker({
      ...options,
      ports: { clock, random: () => 0, ...options.ports },
      restore,
    });
  let breaker = make();
  const tokens: Token[] = [];
  for (const next of script) {
    let decisions: readonly Decision[] = [];
    switch (next.do) {
      case "admit":
        decisions = breaker.agent(next.lane).admitSync(next.calls.map((args) => use(args)));
        tokens.push(...decisions.map(({ token }) => token));
        break;
      case "model":
        decisions = breaker.agent(next.lane).admitSync([{ kind: "model" }]);
        tokens.push(...decisions.map(({ token }) => token));
        break;
      case "settle": {
        const token = tokens.at(-1 - next.which);
        if (token !== undefined) breaker.agent("a").settleSync(token, next.outcome);
        break;
      }
      case "clock":
        clock.advance(next.by);
        break;
      case "restore":
        breaker = make(JSON.parse(JSON.stringify(breaker.snapshot())));
        break;
      case "reset":
        breaker.reset();
        break;
      case "grant":
        breaker.override({ grant: next.kind, by: "me", why: "test" });
        break;
      case "override":
        breaker.override({ force: next.force, by: "me", why: "test", until: clock() + next.forMs });
        break;
    }
    look(breaker, decisions, next, clock());
  }
}

/** Checks a property over random runs. */
export const check = (property: (script: Step[]) => void): void =>
  fc.assert(fc.property(steps, property), { numRuns: 100 });
