import { expect, test } from "vitest";
import { RecentMap } from "../src/recent-map.ts";

test("keeps the entries that were used last, up to its limit", () => {
  const map = new RecentMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect(map.get("a")).toBe(1);
  map.set("c", 3);
  expect(map.get("b")).toBeUndefined();
  expect(map.get("a")).toBe(1);
  map.set("a", 4);
  expect(map.get("a")).toBe(4);
  expect(map.get("c")).toBe(3);
});
