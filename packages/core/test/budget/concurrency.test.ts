import * as fc from "fast-check";
import { expect, test } from "vitest";
import { house, ask, answered } from "../support/accounts.ts";

const accounts = { user: "u", organisation: "o" };

/** Lets other agents have their turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("500 agents at once on one account: none passes the limit, none is stopped for contention, and all adds up", async () => {
  const limit = 20;
  const limits = { organisation: { usd: limit } };
  const { registry, run, clock } = house({ limits });
  const held = 0.05;
  const cost = 0.03;
  let [inFlight, most, contended] = [0, 0, 0];
  let trips: string[] = [];
  registry.on("trip", ({ report }) => (trips = [...trips, report.finding.ceiling ?? ""]));

  const agent = async () => {
    const lane = run({ accounts });
    for (;;) {
      const [decision] = await lane.admit([ask(held)]);
      if (decision.verdict === "open") return;
      if (decision.verdict === "block") {
        contended += 1;
        await turn();
        continue;
      }
      inFlight += 1;
      most = Math.max(most, inFlight);
      await turn();
      const [balance] = await registry.balances("organisation:o");
      expect(balance!.usd + balance!.reservedUsd).toBeLessThanOrEqual(limit + inFlight * held);
      await lane.settle(decision.token, answered(cost));
      inFlight -= 1;
    }
  };
  await Promise.all(Array.from({ length: 500 }, agent));
  clock.advance(1);

  const [balance] = await registry.balances("organisation:o");
  expect(most).toBe(limit / held); // as many as there is room for
  expect(contended).toBeGreaterThan(0);
  // Only a limit that is really spent stops a run: no room is left for one more request.
  expect(trips).toHaveLength(500);
  expect(balance!.usd).toBeGreaterThan(limit - held);
  expect(balance!.usd).toBeLessThanOrEqual(limit);
  expect(balance!.reservedUsd).toBe(0);
  expect(Math.round(balance!.usd * 1e9)).toBe(balance!.modelCalls * cost * 1e9);
  expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
});

const nano = (usd: number) => Math.round(usd * 1e9);

interface Step {
  readonly lane: number;
  readonly end: "answered" | "aborted" | "failed" | "released" | "lost" | "twice" | "late";
  readonly estimate: number;
  readonly cost: number;
  readonly waitMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  lane: fc.nat(4),
  end: fc.constantFrom("answered", "aborted", "failed", "released", "lost", "twice", "late"),
  estimate: fc.integer({ min: 0, max: 400 }).map((n) => n / 1_000),
  cost: fc.integer({ min: 1, max: 600 }).map((n) => n / 1_000),
  waitMs: fc.constantFrom(0, 1_000, 60_000, 900_000),
});

test("with aborts, duplicates, late and lost settlements: bounded while it runs, exact when it is settled", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const limit = 1;
      const { registry, run, clock } = house({ limits: { user: { usd: limit } } });
      const lanes = Array.from({ length: 5 }, () => run({ accounts }));
      const late: (() => Promise<unknown>)[] = [];
      let [spent, lost, overshoot] = [0, 0, 0];

      for (const { lane: index, end, estimate, cost, waitMs } of steps) {
        const lane = lanes[index]!;
        const [{ verdict, token }] = await lane.admit([ask(estimate)]);
        if (verdict === "block" || verdict === "open") continue;
        const settle = () => lane.settle(token, answered(cost));
        switch (end) {
          case "answered":
            await settle();
            break;
          case "twice":
            await settle();
            await settle();
            break;
          case "late":
            late.push(settle);
            break;
          case "aborted":
            await lane.settle(token, { status: "ignored", usage: { usd: cost } });
            break;
          case "failed":
            await lane.settle(token, { status: "failure", error: "500" });
            break;
          case "released":
            await lane.release(token);
            break;
          case "lost":
            lost += nano(estimate);
            break;
        }
        if (end === "answered" || end === "twice" || end === "late") spent += nano(cost);
        if (end === "aborted") spent += nano(Math.max(cost, estimate));
        overshoot += nano(Math.max(cost - estimate, 0));
        clock.advance(waitMs);
        const [balance] = await registry.balances("user:u");
        const used = nano((balance?.usd ?? 0) + (balance?.reservedUsd ?? 0));
        // Every call fitted in when it was made: only what calls cost beyond their estimate is above.
        expect(used).toBeLessThanOrEqual(nano(limit) + overshoot);
        expect((await registry.ledger.audit()).differences).toEqual([]);
      }

      for (const settle of late) await settle();
      clock.advance(3_600_000); // what is lost counts as spent now
      const [balance] = await registry.balances("user:u");
      expect(nano(balance?.usd ?? 0)).toBe(spent + lost);
      expect(balance?.reservedUsd ?? 0).toBe(0);
      expect((await registry.ledger.audit()).differences).toEqual([]);
    }),
    { numRuns: 150 },
  );
});
