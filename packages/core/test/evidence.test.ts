import { expect, test } from "vitest";
import { setBounded } from "../src/collections/bounded-map.ts";

const max = 8;

test("a bounded map never holds more than it may, and keeps what is set again and again", () => {
  const map = new Map<string, number>();
  setBounded(map, "in use", 0, max);
  for (let at = 1; at <= 5 * max; at += 1) {
    setBounded(map, `once ${at}`, at, max);
    expect(map.size).toBeLessThanOrEqual(max);
    expect(map.get("in use")).toBe(at - 1);
    setBounded(map, "in use", at, max);
  }
  expect([...map.keys()].filter((key) => key !== "in use")).toEqual(
    Array.from({ length: max - 1 }, (_, index) => `once ${4 * max + 2 + index}`),
  );
});
