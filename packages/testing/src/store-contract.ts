import type { MaybePromise, Store, Write } from "@guard/core";
import { checkArgument, checkOptions, hasMethods } from "@guard/core/adapter";
import { checkRunner } from "./check-runner.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { accountTests } from "./store-accounts.ts";
import { postingTests } from "./store-postings.ts";
import type { TestRunner } from "./test-runner.ts";

/**
 * Traits of a store under test.
 *
 * @example
 * storeContract({ describe, test, expect }, "my server", () => connect(), { ownTime: true, posts: true });
 */
export interface StoreTraits {
  /**
   * Set it if the store reads the time itself, as a server does, and ignores the given clock. The contract then leaves out the
   * test that moves the clock. Default: `false`.
   */
  readonly ownTime?: boolean;
  /** Set it if the store has `post`. The contract then tests that `post` checks and writes in one step. Default: `false`. */
  readonly posts?: boolean;
}

/** Declares a test of an empty store. `later()` is an expiry that does not pass during the test. */
export type StoreTest = (
  title: string,
  body: (store: Store, later: () => number, clock: ManualClock) => Promise<void>,
) => void;

const example =
  'Write storeContract({ describe, test, expect }, "my store", (clock) => new MyStore({ clock })).';

/**
 * Declares the tests that every store must pass: versions, races, expiry, prefixes, odd keys, and exact accounts.
 *
 * @param runner `{ describe, test, expect }` of Vitest or a similar runner
 * @param name the store's name in the report
 * @param makeStore returns a new, empty store for one test. Its clock decides what has expired. The test closes the store
 * @param traits traits of the store. Default: none
 * @throws {OptionsError} if an argument is wrong. A test fails with one if `makeStore` returns no store
 *
 * @example
 * import { describe, expect, test } from "vitest";
 * storeContract({ describe, test, expect }, "my store", (clock) => new MyStore({ clock }));
 */
export function storeContract(
  runner: TestRunner,
  name: string,
  makeStore: (clock: ManualClock) => MaybePromise<Store>,
  traits: StoreTraits = {},
): void {
  checkRunner(runner, name, example);
  checkArgument(makeStore, {
    path: "makeStore",
    expected: "a function",
    fits: (value) => typeof value === "function",
    write: example,
  });
  checkOptions(traits, ["ownTime", "posts"], "Write { posts: true }.", "traits");
  const { describe, test, expect } = runner;
  const { ownTime = false, posts = false } = traits;
  const lifeMs = ownTime ? 60_000 : 1_000;
  const storeTest: StoreTest = (title, body) =>
    void test(title, async () => {
      const clock = manualClock(ownTime ? Date.now() : undefined);
      const store = await makeStore(clock);
      const methods = ["get", "compareAndSet", "list", "close", ...(posts ? ["post"] : [])];
      checkArgument(store, {
        path: "makeStore()",
        expected: `a store with ${methods.join(", ")}`,
        fits: (value) => hasMethods(value, ...methods),
        write: example,
      });
      try {
        await body(store, () => clock() + lifeMs, clock);
      } finally {
        await store.close();
      }
    });

  describe(name, () => {
    storeTest("begins empty", async (store) => {
      expect(await store.get("k")).toBe(undefined);
      expect(await store.list("")).toEqual([]);
    });

    storeTest("keeps texts unchanged", async (store, later) => {
      const value = '{"a":"\u0000 \u{1F600} \\n"}';
      expect(await put(store, "k", undefined, value, later())).toBe(true);
      expect(await valueOf(store, "k")).toBe(value);
    });

    storeTest("the first writer of a key wins, the second does not", async (store, later) => {
      expect(await put(store, "k", undefined, "1", later())).toBe(true);
      expect(await put(store, "k", undefined, "2", later())).toBe(false);
      expect(await valueOf(store, "k")).toBe("1");
    });

    storeTest(
      "a writer with the current version wins, a writer with an older version does not",
      async (store, later) => {
        await put(store, "k", undefined, "1", later());
        const first = (await store.get("k"))?.version;
        expect(await put(store, "k", first, "2", later())).toBe(true);
        expect(await put(store, "k", first, "3", later())).toBe(false);
        expect(await valueOf(store, "k")).toBe("2");
      },
    );

    storeTest("of many writers at once, one wins", async (store, later) => {
      const writers = Array.from({ length: 20 }, async (_, writer) =>
        put(store, "k", undefined, String(writer), later()),
      );
      const won = await Promise.all(writers);
      expect(won.filter(Boolean)).toEqual([true]);
      expect(await valueOf(store, "k")).toBe(String(won.indexOf(true)));
    });

    storeTest("a write with a past expiry removes the value", async (store, later, clock) => {
      await put(store, "k", undefined, "1", later());
      const version = (await store.get("k"))?.version;
      expect(await put(store, "k", version, "2", clock())).toBe(true);
      expect(await store.get("k")).toBe(undefined);
    });

    storeTest("keeps a value past neededUntil while it has room", async (store, later, clock) => {
      const write = { key: "k", value: "1", expiresAt: later(), neededUntil: clock() };
      expect(await store.compareAndSet([one(write)])).toBe(true);
      expect(await valueOf(store, "k")).toBe("1");
      expect(await store.list("")).toEqual(["k"]);
    });

    storeTest("never uses a version again, even after a removal", async (store, later, clock) => {
      await put(store, "k", undefined, "1", later());
      const version = (await store.get("k"))?.version;
      await put(store, "k", version, "gone", clock());
      await put(store, "k", undefined, "2", later());
      expect(await put(store, "k", version, "3", later())).toBe(false);
      expect(await valueOf(store, "k")).toBe("2");
    });

    storeTest("lists the keys with a prefix, and reads no wildcards", async (store, later) => {
      for (const key of ["a:1", "a:2", "b:1", "a%", "a_"]) {
        await put(store, key, undefined, "x", later());
      }
      expect((await store.list("a:")).toSorted()).toEqual(["a:1", "a:2"]);
      expect(await store.list("a%")).toEqual(["a%"]);
      expect(await store.list("a_")).toEqual(["a_"]);
      expect((await store.list("")).toSorted()).toEqual(["a%", "a:1", "a:2", "a_", "b:1"]);
      expect(await store.list("c")).toEqual([]);
    });

    for (const key of ["__proto__", "constructor", "", "k".repeat(1_000)]) {
      const shown = key.length > 20 ? `${key.length} letters` : JSON.stringify(key);
      storeTest(`any text is a key: ${shown}`, async (store, later) => {
        expect(await store.get(key)).toBe(undefined);
        expect(await put(store, key, undefined, "1", later())).toBe(true);
        expect(await valueOf(store, key)).toBe("1");
      });
    }

    storeTest("writes several values or none", async (store, later) => {
      const [a, b] = ["a", "b"].map((key) => ({ key, value: "1", expiresAt: later() }));
      expect(await store.compareAndSet([one(a!), one(b!)])).toBe(true);
      const version = (await store.get("a"))?.version;
      // The first may be written, the second has changed.
      expect(await store.compareAndSet([one(a!, version), one(b!)])).toBe(false);
      expect((await store.get("a"))?.version).toBe(version);
      // A removal is one of the writes.
      const other = (await store.get("b"))?.version;
      const gone = { key: "b", expected: other, value: "", expiresAt: 0 };
      expect(await store.compareAndSet([{ ...one(a!, version), value: "2" }, gone])).toBe(true);
      expect(await valueOf(store, "a")).toBe("2");
      expect(await store.get("b")).toBe(undefined);
    });

    storeTest("no transfer between two values is ever lost or torn", async (store, later) => {
      const purse = (key: string, value: number) => ({
        key,
        value: `${value}`,
        expiresAt: later(),
      });
      await store.compareAndSet([one(purse("a", 100)), one(purse("b", 0))]);
      const transfer = async (): Promise<void> => {
        const [a, b] = [await store.get("a"), await store.get("b")];
        const writes = [
          { ...purse("a", Number(a?.value) - 1), expected: a?.version },
          { ...purse("b", Number(b?.value) + 1), expected: b?.version },
        ];
        if (!(await store.compareAndSet(writes))) return transfer();
      };
      await Promise.all(Array.from({ length: 50 }, transfer));
      expect([await valueOf(store, "a"), await valueOf(store, "b")]).toEqual(["50", "50"]);
    });

    storeTest(`${posts ? "has a" : "has no"} \`post\``, async (store) => {
      expect(store.post !== undefined).toBe(posts);
    });
    if (posts) postingTests(storeTest, expect);
    accountTests(storeTest, expect, posts);

    if (ownTime) return;

    storeTest("a value is gone from its expiry on, not before", async (store, later, clock) => {
      await put(store, "k", undefined, "1", later());
      const version = (await store.get("k"))?.version;
      clock.advance(lifeMs - 1);
      expect(await valueOf(store, "k")).toBe("1");
      clock.advance(1);
      expect(await store.get("k")).toBe(undefined);
      expect(await store.list("")).toEqual([]);
      expect(await put(store, "k", undefined, "2", later())).toBe(true);
      expect(await put(store, "k", version, "3", later())).toBe(false);
    });
  });
}

const one = (write: Omit<Write, "expected">, expected?: number): Write => ({ ...write, expected });

const put = (
  store: Store,
  key: string,
  expected: number | undefined,
  value: string,
  expiresAt: number,
) => store.compareAndSet([{ key, expected, value, expiresAt }]);

const valueOf = async (store: Store, key: string) => (await store.get(key))?.value;
