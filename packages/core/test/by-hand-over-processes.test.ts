// What a human decides about a named breaker, where several processes share its store. A registry stands for a process.
import { describe, expect, test } from "vitest";
import type { BreakerOptions } from "../src/breaker/breaker-options.ts";
import type { Breaker } from "../src/breaker/breaker.ts";
import { createRegistry } from "../src/breaker/registry.ts";
import type { Store } from "../src/ports/store.ts";
import { memoryLedger } from "../src/ledger/memory-ledger.ts";
import { memoryStore } from "../src/store/memory-store.ts";
import { once, success, trip, use } from "./support/breakers.ts";
import { manualClock } from "./support/clock.ts";

const ops = { by: "ops", why: "the search works again" } as const;
const model = { kind: "model", model: "m" } as const;

function processes(over: (inner: Store) => Store = (inner) => inner) {
  const clock = manualClock();
  const store = over(memoryStore({ clock }));
  const ledger = memoryLedger();
  const start = (options: BreakerOptions = {}) =>
    createRegistry({ store, ledger, ports: { clock, random: () => 0 } }).breaker({
      name: "nightly",
      ...options,
    });
  return { clock, start, ledger };
}

/** A store that answers later, as one in a network does. */
function remote(inner: Store): Store {
  return {
    get: async (key) => inner.get(key),
    compareAndSet: async (writes) => inner.compareAndSet(writes),
    list: async (prefix) => inner.list(prefix),
    close: async () => inner.close(),
  };
}

/** How often the overrides that hold may still be used. */
function timesLeft(breaker: Breaker): readonly unknown[] {
  void breaker.ready(); // the store answers at once
  return breaker.overrides.map((override) => "times" in override && override.times);
}

const verdicts = (calls: readonly ReturnType<typeof once>[]) =>
  calls.map(({ decision }) => decision.verdict);

describe("a lift", () => {
  test("that allows three calls allows three in all processes together", () => {
    const { start } = processes();
    const { findings } = trip(start().agent());
    const operator = start();
    operator.reset(ops);
    operator.override({ allow: findings[0]!.signatures[0]!, times: 3, ...ops });
    const left = [2, 1, 1].map((calls) => {
      const lane = start().agent();
      for (let call = 0; call < calls; call += 1) once(lane);
      return timesLeft(start());
    });
    expect(left).toEqual([[1], [], []]);
  });

  test.for([
    ["that answers at once", (inner: Store) => inner],
    ["that answers later", remote],
  ] as const)("is used up exactly, over a store %s", async ([, over]) => {
    const { start } = processes(over);
    const job = start();
    for (let call = 0; call < 6; call += 1) {
      const [{ token }] = await job.agent().admit([use()]);
      await job.agent().settle(token, success());
    }
    const operator = start();
    await operator.ready();
    operator.override({ grant: "model", times: 7, ...ops });
    await start().agent().admit([use()]); // the store has the override
    const workers = Array.from({ length: 5 }, () => start());
    const asked = workers.flatMap((worker) =>
      Array.from({ length: 4 }, async () => (await worker.agent().admit([model]))[0].verdict),
    );
    const passed = (await Promise.all(asked)).filter((verdict) => verdict === "allow");
    expect(passed).toHaveLength(7);
    expect((await start().agent().admit([model]))[0].verdict).toBe("open");
  });

  test("that no call needed stays for the next process", () => {
    const { start } = processes();
    trip(start().agent());
    start().override({ grant: "tool", ...ops });
    const two = start()
      .agent()
      .admitSync([use("a"), use("b")]);
    expect(two.map(({ verdict }) => verdict)).toEqual(["open", "open"]);
    expect(verdicts([once(start().agent()), once(start().agent())])).toEqual(["allow", "open"]);
  });

  test("survives a trip of another process that did not know of it", () => {
    const { start } = processes();
    const job = start();
    once(job.agent());
    start().override({ grant: "model", ...ops });
    trip(job.agent());
    expect(start().agent().admitSync([model])[0].verdict).toBe("allow");
    expect(start().agent().admitSync([model])[0].verdict).toBe("open");
  });

  test("that was taken back in its process holds in no other one", () => {
    const { start } = processes();
    trip(start().agent());
    const lift = start().override({ force: "closed", ...ops });
    expect(once(start().agent()).decision.verdict).toBe("allow");
    lift();
    expect(once(start().agent()).decision.verdict).toBe("open");
  });

  test("that holds for a month stays in the store for a month", () => {
    const { start, clock } = processes();
    const month = 30 * 86_400_000;
    start().override({ force: "open", until: clock() + month, ...ops });
    clock.advance(month - 1);
    expect(once(start().agent()).decision.verdict).toBe("open");
    clock.advance(1);
    expect(once(start().agent()).decision.verdict).toBe("allow");
  });
});

describe("a process that guard has stopped goes on", () => {
  test("after another process has reset the breaker", () => {
    const { start } = processes();
    const worker = start();
    trip(worker.agent());
    expect(once(worker.agent()).decision.verdict).toBe("open");
    start().reset(ops);
    expect(verdicts([once(worker.agent()), once(worker.agent())])).toEqual(["allow", "allow"]);
    expect(worker.state).toBe("closed");
  });

  test("after another process has extended its budget", () => {
    const { start } = processes();
    const worker = start({ budget: { toolCalls: 1 } });
    expect(verdicts([once(worker.agent()), once(worker.agent(), use("b"))])).toEqual([
      "allow",
      "open",
    ]);
    start().override({ extend: { toolCalls: 1 }, ...ops });
    const more = [once(worker.agent(), use("c")), once(worker.agent(), use("d"))];
    expect(verdicts(more)).toEqual(["allow", "open"]);
  });

  test("but not where its own budget is spent, whatever another process resets", () => {
    const { start } = processes();
    const worker = start({ budget: { usd: 1 } });
    const expensive = { ...use("b"), estimate: { usd: 2 } };
    once(worker.agent());
    expect(once(worker.agent(), expensive).decision.verdict).toBe("open");
    const other = start();
    trip(other.agent());
    other.reset(ops);
    expect(once(worker.agent(), use("c")).decision.verdict).toBe("open");
  });

  test("and keeps its own trip, if the store has no news", () => {
    const { start } = processes();
    start().reset(ops);
    const worker = start();
    trip(worker.agent());
    expect(verdicts([once(worker.agent()), once(worker.agent())])).toEqual(["open", "open"]);
    expect(once(start().agent()).decision.verdict).toBe("open");
  });
});

describe("reset", () => {
  test("writes who and why into the ledger, and nothing without them", async () => {
    const { start, ledger } = processes();
    start().reset();
    expect(ledger.read({})).toEqual([]);
    start().reset(ops);
    expect(ledger.read({})).toMatchObject([{ type: "reset", run: "nightly", ...ops }]);
  });

  test("names what is wrong with who and why, and changes nothing", () => {
    const { start } = processes();
    trip(start().agent());
    expect(() => start().reset({ by: "", why: "x" })).toThrow(/^reset\.by: /);
    expect(once(start().agent()).decision.verdict).toBe("open");
  });

  test("lifts the overrides of all processes", () => {
    const { start } = processes();
    start().override({ force: "open", ...ops });
    start().reset(ops);
    expect(once(start().agent()).decision.verdict).toBe("allow");
  });
});

test("ready tells what an earlier process has left in the store", async () => {
  const { start } = processes();
  trip(start().agent());
  const next = start();
  expect([next.state, next.trip]).toEqual(["closed", undefined]);
  await next.ready();
  expect([next.state, next.trip?.reason]).toEqual(["open", "loop"]);
});
