import { beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../src/ports/store.ts";
import { manualClock, type ManualClock } from "../support/clock.ts";

/** What every store must do. `make` is given the clock that decides what has expired. */
export function storeContract(name: string, make: (clock: ManualClock) => Store): void {
  describe(name, () => {
    let clock: ManualClock;
    let store: Store;
    const later = () => clock() + 1_000;
    beforeEach(() => {
      clock = manualClock();
      store = make(clock);
    });

    test("begins empty: making one writes nothing", async () => {
      expect(await store.get("k")).toBeUndefined();
      expect(await store.list("")).toEqual([]);
    });

    test("keeps text as it is", async () => {
      const value = '{"a":"\u0000 \u{1F600} \\n"}';
      expect(await store.compareAndSet("k", undefined, value, later())).toBe(true);
      expect(await store.get("k")).toMatchObject({ value });
    });

    test("the first writer of a key wins, the second does not", async () => {
      expect(await store.compareAndSet("k", undefined, "1", later())).toBe(true);
      expect(await store.compareAndSet("k", undefined, "2", later())).toBe(false);
      expect(await store.get("k")).toMatchObject({ value: "1" });
    });

    test("who names the version in force wins; who names an older one does not", async () => {
      await store.compareAndSet("k", undefined, "1", later());
      const first = (await store.get("k"))!.version;
      expect(await store.compareAndSet("k", first, "2", later())).toBe(true);
      expect(await store.compareAndSet("k", first, "3", later())).toBe(false);
      expect(await store.get("k")).toMatchObject({ value: "2" });
    });

    test("of many writers at once one wins", async () => {
      const writers = Array.from({ length: 20 }, async (_, writer) =>
        store.compareAndSet("k", undefined, String(writer), later()),
      );
      const won = await Promise.all(writers);
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.get("k")).toMatchObject({ value: String(won.indexOf(true)) });
    });

    test("a version is never used again, also not after the value has gone", async () => {
      await store.compareAndSet("k", undefined, "1", later());
      const { version } = (await store.get("k"))!;
      clock.advance(1_000);
      await store.compareAndSet("k", undefined, "2", later());
      expect(await store.compareAndSet("k", version, "3", later())).toBe(false);
    });

    test("a value is gone from its expiry on, not before", async () => {
      await store.compareAndSet("k", undefined, "1", later());
      clock.advance(999);
      expect(await store.get("k")).toMatchObject({ value: "1" });
      clock.advance(1);
      expect(await store.get("k")).toBeUndefined();
      expect(await store.list("")).toEqual([]);
      expect(await store.compareAndSet("k", undefined, "2", later())).toBe(true);
    });

    test("an expiry that has passed removes the value", async () => {
      await store.compareAndSet("k", undefined, "1", later());
      const { version } = (await store.get("k"))!;
      expect(await store.compareAndSet("k", version, "2", clock())).toBe(true);
      expect(await store.get("k")).toBeUndefined();
    });

    test("lists the keys that begin with a text, wildcards included", async () => {
      for (const key of ["a:1", "a:2", "b:1", "a%", "a_"]) {
        await store.compareAndSet(key, undefined, "x", later());
      }
      expect((await store.list("a:")).toSorted()).toEqual(["a:1", "a:2"]);
      expect(await store.list("a%")).toEqual(["a%"]);
      expect(await store.list("a_")).toEqual(["a_"]);
      expect(await store.list("")).toHaveLength(5);
      expect(await store.list("c")).toEqual([]);
    });

    test.for([["__proto__"], ["constructor"], [""], ["k".repeat(1_000)]])(
      "any text is a key: %s",
      async ([key]) => {
        expect(await store.get(key!)).toBeUndefined();
        expect(await store.compareAndSet(key!, undefined, "1", later())).toBe(true);
        expect(await store.get(key!)).toMatchObject({ value: "1" });
      },
    );

    test("can be closed", async () => {
      await store.close();
    });
  });
}
