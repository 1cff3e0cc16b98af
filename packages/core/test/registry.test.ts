import { describe, expect, test } from "vitest";
import type { BreakerOptions } from "../src/breaker/breaker-options.ts";
import type { Store } from "../src/ports/store.ts";
import { insideOf } from "../src/breaker/breaker.ts";
import { createRegistry } from "../src/breaker/registry.ts";
import { memoryStore } from "../src/store/memory-store.ts";
import { cooldownMs, listen, once, success, trip, use } from "./support/breakers.ts";
import { manualClock } from "./support/clock.ts";

const job = { name: "nightly" };

function shared() {
  const clock = manualClock();
  const store = memoryStore({ clock });
  const breaker = (options: BreakerOptions = job) =>
    createRegistry({ store, ports: { clock, random: () => 0 } }).breaker(options);
  return { clock, store, breaker };
}

describe("a registry", () => {
  test("makes a breaker of its own for each run without a name", () => {
    const registry = createRegistry();
    const [one, two] = [registry.breaker(), registry.breaker()];
    expect(one).not.toBe(two);
    expect(one.id).not.toBe(two.id);
    trip(one.agent());
    expect(once(two.agent()).decision.verdict).toBe("allow");
  });

  test("finds the entry with the name", () => {
    const registry = createRegistry();
    expect(registry.breaker(job)).toBe(registry.breaker(job));
    expect(registry.breaker(job).id).toBe("nightly");
    expect(registry.breaker({ name: "other" })).not.toBe(registry.breaker(job));
  });

  test("gives its options to all, and a breaker's own win", () => {
    const registry = createRegistry({ budget: { toolCalls: 0 } });
    expect(once(registry.breaker().agent()).decision.verdict).toBe("open");
    const own = registry.breaker({ budget: { toolCalls: 1 } });
    expect(once(own.agent()).decision.verdict).toBe("allow");
  });

  test("a breaker's own options change only the fields of a group that they name", () => {
    const registry = createRegistry({ recovery: { cooldownMs: 7_000, leaseMs: 9_000 } });
    const { recovery } = insideOf(registry.breaker({ recovery: { leaseMs: 1 } })).settings;
    expect(recovery).toMatchObject({ cooldownMs: 7_000, leaseMs: 1, probes: 1 });
    const bad = { recovery: 7 } as never;
    expect(() => registry.breaker(bad)).toThrow("recovery: expected a plain object, received 7");
  });
});

describe("the trip of a named breaker", () => {
  test("fails the next run of the same job closed, until the break is over", () => {
    const { clock, breaker } = shared();
    trip(breaker().agent());
    const next = breaker();
    expect(next.state).toBe("closed");
    expect(once(next.agent()).decision).toMatchObject({
      verdict: "open",
      retryAfterMs: cooldownMs,
    });
    clock.advance(cooldownMs);
    expect(once(next.agent(), use("fresh")).decision.verdict).toBe("allow");
    expect(next.state).toBe("closed");
    expect(once(breaker().agent()).decision.verdict).toBe("allow");
  });

  test("probes also in a process that saw nothing of the loop", () => {
    const { clock, breaker } = shared();
    trip(breaker().agent());
    clock.advance(cooldownMs);
    const next = breaker();
    expect(once(next.agent()).decision.verdict).toBe("allow");
    expect(next.state).toBe("open");
    expect(once(next.agent()).decision.retryAfterMs).toBe(2 * cooldownMs);
    expect(once(breaker().agent()).decision.retryAfterMs).toBe(2 * cooldownMs);
  });

  test("concerns no other name", () => {
    const { breaker } = shared();
    trip(breaker().agent());
    expect(once(breaker({ name: "other" }).agent()).decision.verdict).toBe("allow");
  });

  test("for a spent budget ends with its run", () => {
    const { breaker } = shared();
    const spent = breaker({ ...job, budget: { toolCalls: 0 } });
    expect(once(spent.agent()).decision.verdict).toBe("open");
    expect(once(breaker().agent()).decision.verdict).toBe("allow");
  });

  test("wins over a snapshot", () => {
    const { breaker } = shared();
    const before = breaker().snapshot();
    trip(breaker().agent());
    expect(once(breaker({ ...job, restore: before }).agent()).decision.verdict).toBe("open");
  });

  test("is lifted for all by a reset", () => {
    const { breaker } = shared();
    trip(breaker().agent());
    breaker().reset();
    expect(once(breaker().agent()).decision.verdict).toBe("allow");
  });

  test("survives an override from before the store was read", () => {
    const { breaker } = shared();
    trip(breaker().agent());
    const next = breaker();
    const lift = next.override({ force: "closed", by: "me", why: "test" });
    expect(once(next.agent()).decision.verdict).toBe("allow");
    lift();
    expect(once(next.agent()).decision.verdict).toBe("open");
    expect(once(breaker().agent()).decision.verdict).toBe("open");
  });

  test("an override is found by other processes, and wins there too", () => {
    const { breaker } = shared();
    breaker().override({ force: "open", by: "me", why: "test" });
    const next = breaker();
    expect(once(next.agent()).decision).toMatchObject({
      verdict: "open",
      findings: [{ rule: "manual" }],
    });
  });

  test("making a breaker writes nothing, nor does a healthy call", () => {
    const { store, breaker } = shared();
    once(breaker().agent());
    expect(store.list("")).toEqual([]);
  });
});

/** The memory store behind a delay, as a remote one is. */
function remote(): Store & { readonly inner: Store } {
  const inner = memoryStore();
  return {
    inner,
    get: async (key) => inner.get(key),
    compareAndSet: async (writes) => inner.compareAndSet(writes),
    list: async (prefix) => inner.list(prefix),
    close: async () => inner.close(),
  };
}

const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe("a store that does not answer at once", () => {
  test("is waited for by admit", async () => {
    const store = remote();
    const first = createRegistry({ store }).breaker(job).agent();
    for (let call = 0; call < 6; call += 1) {
      const [{ token }] = await first.admit([use()]);
      await first.settle(token, success());
    }
    const next = createRegistry({ store }).breaker(job);
    expect((await next.agent().admit([use()]))[0].verdict).toBe("open");
  });

  test("hooks that can't wait don't wait for it: guard judges locally and emits an event", async () => {
    const store = remote();
    trip(createRegistry({ store }).breaker(job).agent());
    await turns();
    const next = createRegistry({ store }).breaker(job);
    const events = listen(next);
    expect(once(next.agent()).decision.verdict).toBe("allow");
    expect(events).toMatchObject([{ type: "judged-locally" }]);
    await turns();
    expect(once(next.agent()).decision.verdict).toBe("open");
  });

  test("does not undo a trip from while it was reading", async () => {
    const store = remote();
    const other = createRegistry({ store }).breaker(job);
    other.override({ force: "open", by: "me", why: "test" })();
    await turns();
    const next = createRegistry({ store }).breaker(job);
    const slow = next.agent("b").admit([use()]);
    trip(next.agent());
    await slow;
    expect(next.state).toBe("open");
  });

  test.for<[how: string, fail: () => never | Promise<never>]>([
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("down"))],
  ])("%s: an event, and the run goes on", async ([, fail]) => {
    const store: Store = { get: fail, compareAndSet: fail, list: fail, close: fail };
    const breaker = createRegistry({ store }).breaker(job);
    const events = listen(breaker);
    const lane = breaker.agent();
    expect((await lane.admit([use()]))[0].verdict).toBe("allow");
    expect(events).toMatchObject([{ type: "port-error", port: "store" }]);
    expect(trip(lane).verdict).toBe("open");
    await turns();
    expect(events.at(-1)).toMatchObject({ type: "port-error", port: "store" });
  });

  test("holds a foreign value: an event, and the run goes on", () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    store.compareAndSet([
      {
        key: "breaker:nightly",
        expected: undefined,
        value: '{"version":9}',
        expiresAt: clock() + 1_000,
      },
    ]);
    const breaker = createRegistry({ store, ports: { clock } }).breaker(job);
    const events = listen(breaker);
    expect(once(breaker.agent()).decision.verdict).toBe("allow");
    expect(events).toMatchObject([
      {
        type: "port-error",
        error: { code: "GUARD_BAD_SNAPSHOT", message: expect.stringMatching(/^circuit\.version/) },
      },
    ]);
  });
});
