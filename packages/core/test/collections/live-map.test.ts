import { describe, expect, test } from "vitest";
import { LiveMap } from "../../src/collections/live-map.ts";

/** A map with these entries alive. */
function living(count: number, kept?: number) {
  const map = new LiveMap<string>(kept);
  for (let entry = 0; entry < count; entry += 1) map.begin(`${entry}`, `value ${entry}`);
  return map;
}

test("never drops a live entry: it finds the first of 50,000", () => {
  const map = living(50_000, 10);
  expect(map.get("0")).toBe("value 0");
  expect([...map.values()]).toHaveLength(50_000);
});

describe("what has ended", () => {
  test("finds the newest of them, and not among the live ones", () => {
    const map = living(6, 2);
    for (const key of ["0", "1", "2", "3", "4"]) map.end(key);
    expect(["0", "1", "3", "4", "5"].map((key) => map.get(key))).toEqual([
      undefined,
      undefined,
      "value 3",
      "value 4",
      "value 5",
    ]);
    expect([...map.values()]).toEqual(["value 5"]);
  });

  test("keeps nothing if the agent asks for nothing", () => {
    const map = living(1, 0);
    map.end("0");
    expect(map.get("0")).toBeUndefined();
  });

  test("it can begin again", () => {
    const map = living(1);
    map.end("0");
    map.begin("0", "again");
    expect([map.get("0"), [...map.values()]]).toEqual(["again", ["again"]]);
  });

  test("the end of an unknown entry changes nothing", () => {
    const map = living(1, 1);
    map.end("unheard");
    expect([map.get("unheard"), map.get("0")]).toEqual([undefined, "value 0"]);
  });
});

describe("sweep", () => {
  test("ends only entries that are over", () => {
    const map = living(3);
    map.sweep((value) => value === "value 1");
    expect([...map.values()].toSorted()).toEqual(["value 0", "value 2"]);
    expect(map.get("1")).toBe("value 1");
  });

  test("looks at the next eight entries at a time", () => {
    const map = living(20);
    const looked: string[] = [];
    for (let sweep = 0; sweep < 3; sweep += 1) map.sweep((value) => looked.push(value) < 0);
    expect(looked).toHaveLength(24);
    expect(new Set(looked).size).toBe(20);
    expect(looked.slice(20)).toEqual(["value 0", "value 1", "value 2", "value 3"]);
  });

  test("of an empty map looks at nothing", () => {
    expect(() => living(0).sweep(() => true)).not.toThrow();
  });
});
