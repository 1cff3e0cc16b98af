import { createBreaker } from "@guard/core";
import { expect, test } from "vitest";
import { manualClock, scriptedAgent, seededRandom } from "../src/index.ts";

test("a manual clock moves only when you move it", () => {
  const clock = manualClock();
  expect(clock()).toBe(1_000_000);
  clock.advance(5);
  expect(clock()).toBe(1_000_005);
  clock.set(7);
  expect(clock()).toBe(7);
  expect(manualClock(3)()).toBe(3);
});

test("a breaker's break passes by a manual clock", async () => {
  const clock = manualClock();
  const breaker = createBreaker({ ports: { clock, random: () => 0 } });
  await scriptedAgent(breaker.agent(), "A=1 A=1 A=1 A=1 A=1 A=1");
  expect(breaker.state).toBe("open");
  clock.advance(29_999);
  expect(breaker.state).toBe("open");
  clock.advance(1);
  expect(breaker.state).toBe("half-open");
});

const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));

test("the same seed returns the same numbers, another seed returns others", () => {
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

test("seeded numbers are in [0, 1) and evenly spread", () => {
  const random = seededRandom(1);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let drawn = 0; drawn < 10_000; drawn += 1) {
    const number = random();
    expect(number >= 0 && number < 1).toBe(true);
    tenths[Math.floor(number * 10)]! += 1;
  }
  for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});
