import type { Figures, Store, StorePosting } from "@guard/core";
import type { StoreTest } from "./store-contract.ts";
import type { TestRunner } from "./test-runner.ts";

/** Tests that `post` writes all or nothing, and that it checks and writes in one step. */
export function postingTests(storeTest: StoreTest, expect: TestRunner["expect"]): void {
  storeTest("adds to figures, and returns the new figures", async (store, later) => {
    expect(await answer(store, [post("k", { a: 2, b: -1 }, later())])).toEqual({
      k: { a: 2, b: -1 },
    });
    expect(await answer(store, [post("k", { a: 3, c: 1 }, later())])).toEqual({
      k: { a: 5, b: -1, c: 1 },
    });
    expect(await figures(store, "k")).toEqual({ a: 5, b: -1, c: 1 });
  });

  storeTest("removes a figure that becomes 0, and a dropped figure", async (store, later) => {
    await store.post!([post("k", { a: 2, b: 7, c: 1 }, later())]);
    const gone = { ...post("k", { a: -2 }, later()), drop: ["b", "never there"] };
    expect(await answer(store, [gone])).toEqual({ k: { c: 1 } });
    expect(await figures(store, "k")).toEqual({ c: 1 });
  });

  storeTest("lets a sum reach its limit, but not pass it", async (store, later) => {
    const room = (a: number) => ({
      ...post("k", { a }, later()),
      max: [{ sumOf: ["a", "b", "never there"], atMost: 10 }],
    });
    await store.post!([post("k", { b: 4 }, later())]);
    expect(await answer(store, [room(7)])).toBe(undefined);
    expect(await answer(store, [room(6)])).toEqual({ k: { a: 6, b: 4 } });
    expect(await answer(store, [room(1)])).toBe(undefined);
    expect(await figures(store, "k")).toEqual({ a: 6, b: 4 });
  });

  storeTest("posts all or none, also to the same key", async (store, later) => {
    const full = { ...post("b", { n: 1 }, later()), max: [{ sumOf: ["n"], atMost: 0 }] };
    expect(await answer(store, [post("a", { n: 1 }, later()), full])).toBe(undefined);
    expect([await store.get("a"), await store.get("b")]).toEqual([undefined, undefined]);
    // Each limit holds for the figures after its own posting.
    const room = { ...post("b", { n: 3 }, later()), max: [{ sumOf: ["n"], atMost: 3 }] };
    expect(await answer(store, [room, post("b", { n: 4 }, later())])).toEqual({ b: { n: 7 } });
    expect(await answer(store, [post("b", { n: -5 }, later()), room])).toBe(undefined);
    expect(await answer(store, [post("b", { n: -7 }, later()), room])).toEqual({ b: { n: 3 } });
  });

  storeTest("of many who post at once, as many pass as there is room for", async (store, later) => {
    const one = { ...post("k", { n: 1 }, later()), max: [{ sumOf: ["n"], atMost: 7 }] };
    const all = await Promise.all(Array.from({ length: 20 }, async () => answer(store, [one])));
    expect(all.filter((found) => found !== undefined).length).toBe(7);
    expect(await figures(store, "k")).toEqual({ n: 7 });
  });

  storeTest("a post with a past expiry removes all figures", async (store, later) => {
    await store.post!([post("k", { n: 1 }, later())]);
    expect(await answer(store, [post("k", { n: 1 }, 0)])).toEqual({ k: {} });
    expect(await store.get("k")).toBe(undefined);
    expect(await answer(store, [post("k", { n: 1 }, later())])).toEqual({ k: { n: 1 } });
  });

  storeTest("figures have a version, like all values", async (store, later) => {
    await store.post!([post("k", { n: 1 }, later())]);
    const before = (await store.get("k"))!;
    expect(JSON.parse(before.value)).toEqual({ n: 1 });
    await store.post!([post("k", { n: 1 }, later())]);
    const write = { key: "k", value: '{"n":40}', expiresAt: later() };
    expect(await store.compareAndSet([{ ...write, expected: before.version }])).toBe(false);
    const { version } = (await store.get("k"))!;
    expect(await store.compareAndSet([{ ...write, expected: version }])).toBe(true);
    expect(await answer(store, [post("k", { n: 2 }, later())])).toEqual({ k: { n: 42 } });
  });

  storeTest("throws if a key has no figures, and changes nothing", async (store, later) => {
    const text = { key: "text", expected: undefined, value: "ended", expiresAt: later() };
    await store.compareAndSet([text]);
    const mixed = async () =>
      store.post!([post("a", { n: 1 }, later()), post("text", { n: 1 }, later())]);
    expect(await mixed().then(String, () => "threw")).toBe("threw");
    expect([await store.get("a"), (await store.get("text"))?.value]).toEqual([undefined, "ended"]);
  });

  storeTest(
    "takes any text as the name of a figure, and keeps large figures exact",
    async (store, later) => {
      const names = ["__proto__", "constructor", "", "with space", '["a","b"] c', "\u{1F600}"];
      const add = Object.fromEntries(names.map((name) => [name, 9_007_199_254_740_000]));
      await store.post!([post("k", add, later())]);
      await store.post!([post("k", Object.fromEntries(names.map((name) => [name, 991])), later())]);
      const kept = new Map(Object.entries(await figures(store, "k")));
      expect(names.map((name) => kept.get(name))).toEqual(names.map(() => Number.MAX_SAFE_INTEGER));
    },
  );
}

const post = (key: string, add: Figures, expiresAt: number): StorePosting => ({
  key,
  add,
  expiresAt,
});

const answer = async (store: Store, postings: readonly StorePosting[]) => {
  const found = await store.post!(postings);
  return found && Object.fromEntries(found);
};

const figures = async (store: Store, key: string) =>
  JSON.parse((await store.get(key))?.value ?? "{}") as Figures;
