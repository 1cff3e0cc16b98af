import { expect, test } from "vitest";
import { KeptMap } from "../../src/collections/kept-map.ts";

const make = (name: string) => () => ({ name });

test("a value is made once for a key", () => {
  const map = new KeptMap<{ name: string }>(10);
  const value = map.get("a", make("first"));
  expect(map.get("a", make("second"))).toBe(value);
});

test("finds a value that something uses, after any number of others", () => {
  const map = new KeptMap<{ name: string }>(2);
  const used = map.get("used", make("first"));
  for (let other = 0; other < 1_000; other += 1) map.get(`${other}`, make("other"));
  expect(map.get("used", make("second"))).toBe(used);
});
