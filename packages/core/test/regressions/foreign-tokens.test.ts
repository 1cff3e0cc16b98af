// A token is a receipt of one call of one breaker. What is made up, or another breaker's, settles nothing.
import { expect, test } from "vitest";
import { createBreaker, type Breaker } from "../../src/breaker/breaker.ts";
import type { Token } from "../../src/vocabulary/call.ts";
import { cooldownMs, listen, success, trip, use } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";

const unknown = { applied: false, reason: "unknown" };

/** Breakers that are told apart by chance, as they are outside of tests. */
function breakers(clock = manualClock()): (restore?: Breaker) => Breaker {
  let chance = 0;
  const random = () => (chance = (chance + 0.137) % 1);
  return (restored) => createBreaker({ ports: { clock, random }, restore: restored?.snapshot() });
}

const begin = (breaker: Breaker) => breaker.agent("a").admitSync([use()])[0].token;
const settle = (breaker: Breaker, token: Token) =>
  breaker.agent("a").settleSync(token, { ...success(), usage: { usd: 1 } });

test("another breaker's token books nothing and moves nothing", () => {
  const make = breakers();
  const [own, other] = [make(), make()];
  const [token, foreign] = [begin(own), begin(other)];
  const before = own.snapshot();
  const events = listen(own);
  expect(settle(own, foreign)).toEqual(unknown);
  expect(own.snapshot()).toEqual(before);
  expect(own.spending.usd).toBe(0);
  expect(events).toEqual([]);
  expect(settle(own, token)).toEqual({ applied: true });
  expect(settle(own, token)).toEqual({ applied: false, reason: "settled" });
});

test.for([
  ["of another lane", (token: Token) => ({ ...token, lane: "b" })],
  ["of another generation", (token: Token) => ({ ...token, generation: 99 })],
  ["that was never given", (token: Token) => ({ ...token, id: token.id.replace(/\d+$/, "99") })],
  ["with an id that reads like a given one", (token: Token) => ({ ...token, id: `${token.id}.0` })],
  ["of a breaker that counts alone", (token: Token) => ({ ...token, id: "t1" })],
] as const)("a token %s is unknown, and the call stays pending", ([, changed]) => {
  const breaker = breakers()();
  const token = begin(breaker);
  expect(settle(breaker, changed(token))).toEqual(unknown);
  expect(breaker.spending.usd).toBe(0);
  expect(settle(breaker, token)).toEqual({ applied: true });
});

test("a restored breaker knows the pending calls of its snapshot", () => {
  const make = breakers();
  const before = make();
  const [pending, done] = [begin(before), begin(before)];
  settle(before, done);
  const after = make(before);
  expect(settle(after, pending)).toEqual({ applied: true });
  expect(settle(after, pending)).toEqual({ applied: false, reason: "settled" });
  expect(settle(after, done), "it had settled before the snapshot").toEqual(unknown);
});

test("two breakers from one snapshot don't know each other's tokens", () => {
  const make = breakers();
  const before = make();
  const pending = begin(before);
  const [left, right] = [make(before), make(before)];
  const [token] = [begin(left), begin(right)];
  expect(settle(right, token)).toEqual(unknown);
  expect(settle(left, pending)).toEqual({ applied: true });
  expect(settle(right, pending)).toEqual({ applied: true });
});

test("another breaker's grant does not pass the latch", () => {
  const clock = manualClock();
  const make = breakers(clock);
  const [own, other] = [make(), make()];
  for (const breaker of [own, other]) trip(breaker.agent("a"));
  other.override({ grant: "tool", by: "ops", why: "it is needed" });
  const [granted] = other.agent("a").admitSync([use()]);
  expect(other.agent("a").check(granted).verdict).toBe("allow");
  expect(own.agent("a").check(granted).verdict).toBe("open");
  clock.advance(cooldownMs);
  const [probe] = other.agent("b").admitSync([use()]);
  own.agent("b").admitSync([{ kind: "model" }]);
  expect(other.agent("b").check(probe).verdict).toBe("allow");
  expect(own.agent("b").check(probe).verdict).toBe("open");
});
