// Only what has ended is forgotten: no number of calls, lanes or breakers pushes out what is alive.
import { expect, test } from "vitest";
import type { BreakerLane } from "../../src/breaker/breaker-lane.ts";
import { createBreaker, type Breaker } from "../../src/breaker/breaker.ts";
import { memoryLedger } from "../../src/ledger/memory-ledger.ts";
import type { ToolCall } from "../../src/vocabulary/call.ts";
import { answered, ask, house, spend } from "../support/accounts.ts";
import { once, success } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";
import { collect } from "../support/garbage.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test("1,500 parallel lanes with one open call each are booked to the last token", async () => {
  const breaker = createBreaker({ ports: { clock: manualClock() }, budget: { usd: 1_500 } });
  const lanes = numbers(1_500).map((index) => breaker.agent("worker", `branch ${index}`));
  const asked = await Promise.all(lanes.map((lane) => lane.admit([ask(1)])));
  expect(asked.filter(([{ verdict }]) => verdict === "allow")).toHaveLength(1_500);
  const settled = await Promise.all(
    lanes.map((lane, index) => lane.settle(asked[index]![0].token, answered(0.5))),
  );
  expect(settled.filter(({ applied }) => applied)).toHaveLength(1_500);
  expect(breaker.spending).toEqual({
    modelCalls: 1_500,
    toolCalls: 0,
    delegations: 0,
    tokens: 150_000,
    usd: 750,
  });
});

test("an answer with 1,010 different calls is decided, run and settled without a finding", async () => {
  const breaker = createBreaker({ ports: { clock: manualClock() } });
  const lane = breaker.agent();
  const calls = numbers(1_010).map((index): ToolCall => ({
    kind: "tool",
    tool: "read",
    args: { page: index },
    id: `c${index}`,
  }));
  const decisions = await lane.admit(calls, { answer: "answer" });
  expect(decisions.filter(({ verdict }) => verdict === "allow")).toHaveLength(1_010);
  expect(await lane.admit(calls, { answer: "answer" }), "asked again").toEqual(decisions);
  for (const [index, { token }] of decisions.entries()) {
    expect(await lane.settle(token, success(`page ${index}`))).toEqual({ applied: true });
  }
  const [next] = await lane.admit([{ kind: "tool", tool: "read", args: { page: 1_010 } }]);
  expect(next.findings).toEqual([]);
  expect(breaker.spending.toolCalls).toBe(1_011);
});

test("20,000 calls that are open at once are all booked", () => {
  const breaker = createBreaker({ ports: { clock: manualClock() } });
  const lane = breaker.agent();
  const open = numbers(20_000).map(() => lane.admitSync([ask()])[0]);
  for (const { token } of open) expect(lane.settleSync(token, answered(0)).applied).toBe(true);
  expect(breaker.spending.tokens).toBe(2_000_000);
});

test("the decision about a call that has not come back is found again, however many others were made", () => {
  const breaker = createBreaker({ ports: { clock: manualClock() } });
  const lane = breaker.agent();
  const slow: ToolCall = { kind: "tool", tool: "deploy", args: "slow" };
  const [decision] = breaker.agent("other").admitSync([slow], { answer: "slow" });
  for (const index of numbers(12_000)) {
    const [other] = lane.admitSync([ask()], { answer: `answer ${index}` });
    lane.settleSync(other.token, answered(0));
  }
  expect(breaker.agent("other").admitSync([slow], { answer: "slow" })).toEqual([decision]);
  expect(breaker.spending.toolCalls).toBe(1);
});

const call: ToolCall = { kind: "tool", tool: "look", args: "x" };
const hour = 3_600_000;

/** Makes lanes that ask once and have ended. */
function shortLanes(breaker: Breaker, count: number): void {
  for (const index of numbers(count)) {
    const lane = breaker.agent("short", `${index}`) as BreakerLane;
    once(lane);
    lane.end();
  }
}

const lanesOf = (breaker: Breaker) => (breaker.snapshot().state["lanes"] as unknown[]).length;

/** Whether a lane knows that it has asked for the same before. */
const remembers = (breaker: Breaker, agent: string) =>
  breaker.agent(agent).admitSync([call])[0].findings.length > 0;

test("a lane that is in use remembers what it has seen beside 5,000 that have ended", () => {
  const breaker = createBreaker({ ports: { clock: manualClock() } });
  for (const index of numbers(1_500)) {
    for (const _ of numbers(2)) once(breaker.agent(`long ${index}`), call);
  }
  shortLanes(breaker, 5_000);
  expect(numbers(1_500).filter((index) => remembers(breaker, `long ${index}`))).toHaveLength(1_500);
  expect(lanesOf(breaker), "of those that have ended as many stay as are in use").toBeLessThan(
    3_100,
  );
});

test("a lane with an open call is in use, after any time", async () => {
  const clock = manualClock();
  const breaker = createBreaker({ ports: { clock } });
  const [idle, waiting] = [breaker.agent("idle"), breaker.agent("waiting")];
  for (const lane of [idle, waiting]) for (const _ of numbers(2)) once(lane, call);
  const [slow] = waiting.admitSync([ask()]);
  clock.advance(hour);
  shortLanes(breaker, 3_000);
  expect(lanesOf(breaker)).toBe(1_000);
  expect(remembers(breaker, "idle")).toBe(false);
  expect(remembers(breaker, "waiting")).toBe(true);
  expect(await waiting.settle(slow.token, answered(1))).toEqual({ applied: true });
  expect(breaker.spending.usd).toBe(1);
});

test("a lane that goes on after it has ended is in use again", () => {
  const breaker = createBreaker({ ports: { clock: manualClock() } });
  const lane = breaker.agent("again") as BreakerLane;
  once(lane, call);
  lane.end();
  once(lane, call);
  shortLanes(breaker, 3_000);
  expect(remembers(breaker, "again")).toBe(true);
});

test("1,001 named breakers: the registry finds the first, which is still in use, and it makes 5 of 5 calls", async () => {
  const { registry } = house({ budget: { modelCalls: 5 } });
  const lane = registry.breaker({ name: "first" }).agent();
  for (const _ of numbers(3)) await spend(lane, 1);
  for (const index of numbers(3_000)) registry.breaker({ name: `other ${index}` });
  await collect();
  const again = registry.breaker({ name: "first" });
  expect(registry.breaker({ name: "first" })).toBe(again);
  for (const _ of numbers(2)) expect((await spend(again.agent(), 1)).verdict).toBe("allow");
  expect((await spend(lane, 1)).verdict).toBe("open");
  expect(again.spending.modelCalls).toBe(5);
});

test("guard closes the accounts of runs that never ended and that nothing holds any more", async () => {
  const { registry } = house({
    budget: { modelCalls: 2 },
    ledger: memoryLedger({ maxEntries: 100_000 }),
  });
  const held = registry.breaker();
  await spend(held.agent(), 1);
  for (const _ of numbers(1_500)) await spend(registry.breaker().agent(), 1);
  await collect();
  expect((await registry.ledger.audit()).differences).toEqual([]);
  for (const _ of numbers(1_500)) registry.breaker();
  expect(await registry.ledger.audit()).toMatchObject({ ok: true });
  const ended = await registry.ledger.entries({ type: "run-ended" });
  expect(ended.length).toBeGreaterThan(1_000);
  expect(ended.some(({ run }) => run === held.id)).toBe(false);
});

test("5,000 runs that never ended leave nothing in the ledger: 0.2 kB each used to stay", async () => {
  const ledger = memoryLedger({ maxEntries: 100 });
  const { registry } = house({ budget: { modelCalls: 2 }, ledger });
  const heapAfter = async (runs: number) => {
    for (const index of numbers(runs)) {
      await spend(registry.breaker().agent(), 1);
      if (index % 500 === 0) await collect();
    }
    await collect();
    for (const _ of numbers(2_000)) registry.breaker();
    await collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await heapAfter(2_000);
  const after = await heapAfter(5_000);
  expect((after - before) / 5_000).toBeLessThan(100);
  const [carried] = ledger.read({ type: "carried-forward" });
  expect(carried!.postings.length).toBeLessThan(2_000);
  expect(await registry.ledger.audit()).toMatchObject({ ok: true, differences: [] });
});

test("1,500 calls that are open at once are all recorded", () => {
  const told: unknown[] = [];
  const breaker = createBreaker({
    ports: { clock: manualClock() },
    record: (_run, event) => void told.push(event),
  });
  const lane = breaker.agent();
  const open = numbers(1_500).map(() => lane.admitSync([ask()])[0]);
  for (const { token } of open) lane.settleSync(token, answered(0));
  expect(told).toHaveLength(1_500);
});
