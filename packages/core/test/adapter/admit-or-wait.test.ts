import { expect, test } from "vitest";
import { admitOrWait } from "../../src/adapter/admit-or-wait.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { Call } from "../../src/vocabulary/call.ts";
import { use } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";

const costly: Call = { kind: "model", estimate: { usd: 0.6 } };

/** A breaker whose money another agent holds, and which waits by a clock of its own. */
async function contended(release: (waits: number) => boolean, waitMs?: number) {
  const clock = manualClock();
  const waits: number[] = [];
  const breaker = createBreaker({
    budget: { usd: 1 },
    reservations: { waitMs },
    ports: {
      clock,
      wait: async (ms) => {
        waits.push(ms);
        clock.advance(ms);
        if (release(waits.length)) await other.release(held.token);
      },
    },
  });
  const other = breaker.agent("other");
  const [held] = await other.admit([costly]);
  return { breaker, waits, lane: breaker.agent("a") };
}

test("waits until others have settled", async () => {
  const { breaker, lane, waits } = await contended((count) => count === 3);
  const [decision] = await admitOrWait(breaker, lane, [costly], { answer: "1" });
  expect([decision.verdict, waits]).toEqual(["allow", [1_000, 1_000, 1_000]]);
});

test("gives up after reservations.waitMs: the call is refused, the run is not stopped", async () => {
  const { breaker, lane, waits } = await contended(() => false, 2_500);
  const [decision] = await admitOrWait(breaker, lane, [costly], { answer: "1" });
  expect(decision).toMatchObject({ verdict: "block", retryAfterMs: 1_000 });
  expect(waits).toEqual([1_000, 1_000, 500]);
  expect(breaker.state).toBe("closed");
});

test("does not wait if part of a round may run, or for an empty round", async () => {
  const { breaker, lane, waits } = await contended(() => false);
  const tool = { ...use(1), estimate: { usd: 0.6 } };
  const decisions = await admitOrWait(breaker, lane, [tool, use(2)]);
  expect(decisions.map(({ verdict }) => verdict)).toEqual(["block", "allow"]);
  expect(await admitOrWait(breaker, lane, [])).toEqual([]);
  expect(waits).toEqual([]);
});
