import { describe, expect, test } from "vitest";
import { LastKnown } from "../../src/budget/last-known.ts";
import { watchedStore } from "../../src/budget/watched-store.ts";
import { Deadline } from "../../src/ports/deadline.ts";
import type { Store, StorePosting, Write } from "../../src/ports/store.ts";
import { manualClock } from "../support/clock.ts";

const write = (
  key: string,
  expected: number | undefined,
  value: string,
  expiresAt: number,
): Write => ({
  key,
  expected,
  value,
  expiresAt,
});

describe("what a process has last seen in a store", () => {
  test("a value is known until it expires, and each has a version of its own", () => {
    const clock = manualClock();
    const known = new LastKnown(clock);
    const end = clock() + 10;
    known.see("account:a", "1", end);
    known.see("account:b", { tokens: 2 });
    expect(known.get("account:a")).toEqual({ value: "1", version: 1 });
    expect(known.get("account:b")).toEqual({ value: '{"tokens":2}', version: 2 });
    expect(known.get("account:c")).toBeUndefined();
    clock.advance(9);
    expect(known.get("account:a")?.value).toBe("1");
    clock.advance(1);
    expect(known.get("account:a")).toBeUndefined();
    expect(known.list("account:")).toEqual(["account:b"]);
  });

  test("a value that is gone, or that has expired, is forgotten", () => {
    const clock = manualClock();
    const known = new LastKnown(clock);
    known.see("account:a", "1");
    known.see("account:a", undefined);
    known.see("account:b", "1");
    known.see("account:b", "2", clock());
    expect(known.list("")).toEqual([]);
  });

  test("a write needs the version that it has seen, and all writes are done or none", () => {
    const clock = manualClock();
    const known = new LastKnown(clock);
    const end = clock() + 10;
    expect(known.compareAndSet([write("account:a", undefined, "1", end)])).toBe(true);
    const { version } = known.get("account:a")!;
    expect(
      known.compareAndSet([
        write("account:b", undefined, "1", end),
        write("account:a", undefined, "2", end),
      ]),
    ).toBe(false);
    expect([known.get("account:a")?.value, known.get("account:b")]).toEqual(["1", undefined]);
    expect(
      known.compareAndSet([
        write("account:b", undefined, "1", end),
        write("account:a", version, "2", end),
      ]),
    ).toBe(true);
    expect(known.get("account:a")?.value).toBe("2");
    expect(known.compareAndSet([write("account:a", version, "3", end)])).toBe(false);
  });

  test("a write with a moment in the past removes the value", () => {
    const clock = manualClock();
    const known = new LastKnown(clock);
    known.see("account:a", "1");
    expect(known.compareAndSet([write("account:a", 1, "2", clock())])).toBe(true);
    expect(known.list("")).toEqual([]);
  });

  test("close forgets everything", () => {
    const known = new LastKnown(manualClock());
    known.see("account:a", "1");
    known.close();
    expect(known.list("")).toEqual([]);
  });
});

/** A store whose answers the test gives, and what the watcher hears. */
function watched(inner: Partial<Store>) {
  const heard: unknown[] = [];
  const clock = manualClock();
  const deadline = new Deadline("store", { clock, timer: () => () => {}, timeoutMs: 5 });
  const store = watchedStore(
    {
      get: () => undefined,
      compareAndSet: () => true,
      list: () => [],
      close: () => {},
      ...inner,
    },
    deadline,
    {
      seen: (...told) => heard.push(["seen", ...told]),
      unsure: (keys) => heard.push(["unsure", ...keys]),
    },
  );
  return { store, heard };
}
const fails = () => {
  throw new Error("ECONNREFUSED");
};

describe("a watched store", () => {
  const writes = [write("a", undefined, "1", 10), write("b", undefined, "2", 20)];
  const postings: StorePosting[] = [
    { key: "a", add: { n: 1 }, expiresAt: 10 },
    { key: "b", add: { n: 2 }, expiresAt: 20 },
  ];
  test("tells each value that was read, and each that is missing", () => {
    const found = { value: "1", version: 7 };
    const { store, heard } = watched({ get: (key) => (key === "a" ? found : undefined) });
    expect([store.get("a"), store.get("b")]).toEqual([found, undefined]);
    expect(heard).toEqual([
      ["seen", "a", "1"],
      ["seen", "b", undefined],
    ]);
  });

  test("tells what was written, and nothing of a write that was refused", () => {
    const done = watched({});
    expect(done.store.compareAndSet(writes)).toBe(true);
    expect(done.heard).toEqual([
      ["seen", "a", "1", 10],
      ["seen", "b", "2", 20],
    ]);
    const refused = watched({ compareAndSet: () => false });
    expect(refused.store.compareAndSet(writes)).toBe(false);
    expect(refused.heard).toEqual([]);
  });

  test("a write without an answer leaves its keys uncertain", async () => {
    const now = watched({ compareAndSet: fails });
    expect(() => now.store.compareAndSet(writes)).toThrow("ECONNREFUSED");
    const later = watched({ compareAndSet: () => Promise.reject(new Error("ECONNREFUSED")) });
    await expect(later.store.compareAndSet(writes)).rejects.toThrow("ECONNREFUSED");
    expect([now.heard, later.heard]).toEqual([[["unsure", "a", "b"]], [["unsure", "a", "b"]]]);
  });

  test("has post if the store has it, and tells the figures", () => {
    expect("post" in watched({}).store).toBe(false);
    const done = watched({ post: () => new Map([["a", { n: 5 }]]) });
    expect(done.store.post!(postings)).toEqual(new Map([["a", { n: 5 }]]));
    expect(done.heard).toEqual([
      ["seen", "a", { n: 5 }, 10],
      ["seen", "b", {}, 20],
    ]);
    const refused = watched({ post: () => undefined });
    expect(refused.store.post!(postings)).toBeUndefined();
    expect(refused.heard).toEqual([]);
    const broken = watched({ post: fails });
    expect(() => broken.store.post!(postings)).toThrow("ECONNREFUSED");
    expect(broken.heard).toEqual([["unsure", "a", "b"]]);
  });

  test("lists and closes the store itself", () => {
    const asked: string[] = [];
    const { store } = watched({
      list: (prefix) => (asked.push(prefix), ["a"]),
      close: () => void asked.push("close"),
    });
    expect(store.list("acc")).toEqual(["a"]);
    void store.close();
    expect(asked).toEqual(["acc", "close"]);
  });
});
