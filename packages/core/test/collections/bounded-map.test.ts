import { expect, test } from "vitest";
import { dropEnded, setBounded } from "../../src/collections/bounded-map.ts";

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

test("live entries stay beyond the bound, and ended ones go", () => {
  const map = new Map<string, { ended: boolean }>();
  const put = (key: string) => {
    map.set(key, { ended: false });
    dropEnded(map, max, ({ ended }) => ended);
  };
  for (let at = 0; at < 100; at += 1) put(`alive ${at}`);
  expect(map.size, "all are alive").toBe(100);
  for (let at = 0; at < 1_000; at += 1) {
    put(`short ${at}`);
    map.get(`short ${at}`)!.ended = true;
    expect(map.size).toBeLessThanOrEqual(100 + 100 + max);
  }
  expect([...map.keys()].filter((key) => key.startsWith("alive"))).toHaveLength(100);
  for (const entry of map.values()) entry.ended = true;
  for (let at = 0; at < 300; at += 1) put(`last ${at % max}`);
  expect(map.size).toBe(max);
});
