import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createBreaker, type Breaker, type BreakerOptions } from "../src/breaker.ts";
import type { Decision, Outcome, Token } from "../src/call.ts";
import { cooldownMs, leaseMs, use } from "./support/breakers.ts";
import { manualClock } from "./support/clock.ts";

type Step =
  | { readonly do: "admit"; readonly lane: string; readonly calls: readonly string[] }
  | { readonly do: "model"; readonly lane: string }
  | { readonly do: "settle"; readonly which: number; readonly outcome: Outcome }
  | { readonly do: "clock"; readonly by: number }
  | { readonly do: "restore" | "reset" }
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
      do: fc.constant("override" as const),
      force: fc.constantFrom("open" as const, "closed" as const),
      forMs: fc.constantFrom(1, cooldownMs),
    }),
  },
);
const steps = fc.array(anyStep, { maxLength: 80, size: "max" });

/** Plays random steps on a breaker; `look` is asked after each of them. */
function run(
  script: readonly Step[],
  options: BreakerOptions,
  look: (breaker: Breaker, decisions: readonly Decision[], step: Step, now: number) => void,
): void {
  const clock = manualClock(1e9);
  const make = (restore?: BreakerOptions["restore"]) =>
    createBreaker({ clock, random: () => 0, ...options, restore });
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
      case "override":
        breaker.override({ force: next.force, by: "me", why: "test", until: clock() + next.forMs });
        break;
    }
    look(breaker, decisions, next, clock());
  }
}

const check = (property: (script: Step[]) => void) =>
  fc.assert(fc.property(steps, property), { numRuns: 100 });

test("there are never more live probes than permits", () => {
  check((script) =>
    run(script, {}, ({ circuit }, _decisions, _step, now) => {
      const { machine } = circuit.state;
      if (machine.status !== "half-open") return;
      expect(machine.leases.filter(({ until }) => until > now).length).toBeLessThanOrEqual(1);
    }),
  );
});

test("no denial tells anyone to wait longer than a break or a lease", () => {
  const longest = Math.max(2 * cooldownMs, leaseMs);
  check((script) =>
    run(script, { maxCooldownMs: longest }, (_breaker, decisions) => {
      for (const { retryAfterMs, findings } of decisions) {
        // what a human has said holds until the moment that was named, wherever the clock is set
        if (retryAfterMs === undefined || findings[0]?.rule === "manual") continue;
        expect(retryAfterMs).toBeGreaterThan(0);
        expect(retryAfterMs).toBeLessThanOrEqual(longest);
      }
    }),
  );
});

test("whoever waits as long as told, after whatever has happened, is let through", () => {
  check((script) => {
    const clock = manualClock(1e9);
    let last: Breaker | undefined;
    run(script, { clock }, (breaker, _decisions, step) => {
      if (step.do === "clock") clock.advance(step.by);
      last = breaker;
    });
    if (last === undefined) return;
    clock.advance(cooldownMs);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      const [decision] = last.agent("c").admitSync([use("fresh")]);
      if (decision.verdict === "allow") return;
      expect(decision.retryAfterMs).toBeGreaterThan(0);
      clock.advance(decision.retryAfterMs!);
    }
    expect.fail("still refused");
  });
});

test("a circuit that opened lets nothing through until its generation moves", () => {
  check((script) => {
    let openSince: number | undefined;
    run(script, {}, (breaker, decisions) => {
      const { machine, generation } = breaker.circuit.state;
      const isOpen = machine.status === "open" && breaker.state !== "forced-closed";
      if (isOpen && openSince === generation) {
        for (const { verdict } of decisions) expect(verdict).toBe("open");
      }
      openSince = isOpen ? generation : undefined;
    });
  });
});

test("generations only grow, and a transition is a new one", () => {
  check((script) => {
    let before = { generation: 1, status: "closed" };
    run(script, {}, ({ circuit }) => {
      const { generation, machine } = circuit.state;
      expect(generation).toBeGreaterThanOrEqual(before.generation);
      if (machine.status !== before.status) expect(generation).toBeGreaterThan(before.generation);
      before = { generation, status: machine.status };
    });
  });
});

test("observing never denies", () => {
  check((script) =>
    run(
      script.filter((one) => one.do !== "override"),
      { mode: "observe", budget: { toolCalls: 5 } },
      (_, decisions) => {
        for (const { verdict } of decisions) expect(verdict).toBe("allow");
      },
    ),
  );
});

test("money never goes down, and what is reserved never below nothing", () => {
  check((script) => {
    let usd = 0;
    run(script, { tools: { use: { usd: 0.5 } } }, (breaker) => {
      expect(breaker.spending.usd).toBeGreaterThanOrEqual(usd);
      usd = breaker.spending.usd;
      expect(breaker.circuit.state.totals.reserved.nanoUsd).toBeGreaterThanOrEqual(0);
    });
  });
});
