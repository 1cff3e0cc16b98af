// What every store must do is in @guard/testing, whose own tests run it over this store too.
import { describe, expect, test } from "vitest";
import { memoryStore } from "../../src/store/memory-store.ts";
import { manualClock } from "../support/clock.ts";

function full() {
  const clock = manualClock();
  const store = memoryStore({ clock, maxKeys: 2 });
  const write = (key: string, lifeMs: number) => ({
    key,
    expected: store.get(key)?.version,
    value: "x",
    expiresAt: clock() + lifeMs,
  });
  const put = (key: string, lifeMs = 1_000) => store.compareAndSet([write(key, lifeMs)]);
  put("k:a", 500);
  put("k:b");
  return { store, clock, write, put };
}

describe("full of live values, it", () => {
  test("refuses another of the kind, and says so", () => {
    const { store, put } = full();
    expect(() => put("k:c")).toThrow(
      'the memory store is full: it holds 2 values under "k:" that guard still needs. Raise maxKeys',
    );
    expect(store.list("")).toEqual(["k:a", "k:b"]);
  });

  test("changes and removes what is there", () => {
    const { store, put } = full();
    expect([put("k:a"), put("k:b", 0)]).toEqual([true, true]);
    expect(store.list("")).toEqual(["k:a"]);
  });

  test("takes a new value in place of one that the same write removes", () => {
    const { store, write } = full();
    expect(store.compareAndSet([write("k:c", 1_000), write("k:a", 0)])).toBe(true);
    expect(store.list("").toSorted()).toEqual(["k:b", "k:c"]);
  });

  test("writes nothing if a part of the write has no room", () => {
    const { store, write } = full();
    const before = store.get("k:a");
    expect(() => store.compareAndSet([write("k:a", 9_000), write("k:c", 1_000)])).toThrow(/full/);
    expect(store.get("k:a")).toEqual(before);
  });

  test("has room for other kinds", () => {
    const { store, put } = full();
    expect([put("other:a"), put("no kind")]).toEqual([true, true]);
    expect(store.list("").toSorted()).toEqual(["k:a", "k:b", "no kind", "other:a"]);
  });

  test("answers false, as ever, where a version has changed", () => {
    const { store, write } = full();
    expect(store.compareAndSet([{ ...write("k:c", 1_000), expected: 7 }])).toBe(false);
  });

  test("has room again once a value has expired", () => {
    const { store, clock, put } = full();
    clock.advance(500);
    expect(put("k:c")).toBe(true);
    expect(() => put("k:d")).toThrow(/full/);
    expect(store.list("").toSorted()).toEqual(["k:b", "k:c"]);
  });

  test("drops, for room only, what is not needed any more though it has not expired", () => {
    const { store, clock, write, put } = full();
    const neededUntil = clock() + 100;
    store.compareAndSet([{ ...write("k:a", 5_000), neededUntil }]);
    clock.advance(99);
    expect(() => put("k:c")).toThrow(/full/);
    clock.advance(1);
    expect(store.get("k:a")?.value).toBe("x");
    expect(store.list("").toSorted()).toEqual(["k:a", "k:b"]);
    expect(put("k:c")).toBe(true);
    expect(store.list("").toSorted()).toEqual(["k:b", "k:c"]);
  });
});
