import { describe, expect, test, vi } from "vitest";
import { createRegistry, failover, memoryStore, type MemoryStore } from "../../src/index.ts";
import { manualClock } from "../support/clock.ts";

const down = (): string => {
  throw new RangeError("hunter2");
};

/** A registry whose timers the test fires. */
function office(store?: MemoryStore, clock = manualClock()) {
  const timers: (() => void)[] = [];
  const wait = () => new Promise<void>((resolve) => timers.push(resolve));
  const registry = createRegistry({
    ...(store === undefined ? {} : { store }),
    ports: { clock, wait },
  });
  const tick = () => {
    for (const fire of timers.splice(0)) fire();
  };
  return { registry, clock, tick };
}

test("a call waits until a person serves it", async () => {
  const { registry, clock } = office();
  const people = registry.humanQueue<{ prompt: string }, string>({ name: "support" });
  const first = people.call({ prompt: "one" });
  clock.advance(5);
  const second = people.call({ prompt: "two" });
  await vi.waitUntil(async () => (await people.waiting()).length === 2);
  const [one, two] = await people.waiting();
  expect([one!.input, two!.input]).toEqual([{ prompt: "one" }, { prompt: "two" }]);
  expect(await people.serve(two!.id, "second answer")).toBe(true);
  expect(await second).toBe("second answer");
  expect((await people.waiting()).map(({ id }) => id)).toEqual([one!.id]);
  expect(await people.serve(one!.id, "first answer")).toBe(true);
  expect(await first).toBe("first answer");
});

test("the first person's answer counts", async () => {
  const { registry } = office();
  const people = registry.humanQueue<string, string>();
  const call = people.call("x");
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  const [ticket] = await people.waiting();
  const served = await Promise.all([people.serve(ticket!.id, "a"), people.serve(ticket!.id, "b")]);
  expect(served).toEqual([true, false]);
  expect(await call).toBe("a");
  expect(await people.serve("no-such-call", "x")).toBe(false);
});

test("a person may refuse: the caller gets the reason", async () => {
  const { registry } = office();
  const people = registry.humanQueue<string, string>();
  const call = people.call("x").catch((error: unknown) => (error as Error).message);
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  const [ticket] = await people.waiting();
  await people.refuse(ticket!.id, "we don't answer that");
  expect(await call).toBe("a person has refused to answer the call: we don't answer that");
});

test("an abort ends the wait, and the call stays in the queue", async () => {
  const { registry } = office();
  const people = registry.humanQueue<string, string>();
  const abort = new AbortController();
  const call = people.call("x", { signal: abort.signal });
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  abort.abort();
  await expect(call).rejects.toThrow(/aborted/);
  const [ticket] = await people.waiting();
  await people.serve(ticket!.id, "late");
  expect(await people.wait(ticket!.id)).toBe("late");
});

test("as the last route it sees which routes failed, and never their messages", async () => {
  const { registry } = office();
  const people = registry.humanQueue<string, string, "support">({ name: "support" });
  const ask = failover([{ circuit: registry.circuit("openai"), call: down }, people]);
  const asked = ask("hi");
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  const [ticket] = await people.waiting();
  expect(ticket!.failed).toEqual([{ name: "openai", error: "RangeError" }]);
  await people.serve(ticket!.id, "hello");
  expect(await asked).toMatchObject({ by: "support", answer: "hello" });
});

describe("the store", () => {
  test("holds no text unless keepText says so", async () => {
    const store = memoryStore();
    const { registry } = office(store);
    const people = registry.humanQueue<string, string>();
    void people.call("hunter2").catch(() => {});
    await vi.waitUntil(async () => (await people.waiting()).length === 1);
    expect(store.list("")).toEqual([]);
  });

  test("with keepText a call outlives its process, and another process serves it", async () => {
    const clock = manualClock();
    const store = memoryStore({ clock });
    const options = { name: "support", keepText: true };
    const first = office(store, clock);
    const waits = first.registry.humanQueue<string, string>(options).call("hi");
    const second = office(store, clock).registry.humanQueue<string, string>(options);
    await vi.waitUntil(async () => (await second.waiting()).length === 1);
    const [ticket] = await second.waiting();
    await second.serve(ticket!.id, "hello");
    first.tick();
    expect(await waits).toBe("hello");
    // A process that comes up later finds the answer by the call's id.
    const third = office(store, clock).registry.humanQueue<string, string>(options);
    expect(await third.wait(ticket!.id)).toBe("hello");
    clock.advance(8 * 24 * 60 * 60_000);
    await expect(third.wait(ticket!.id)).rejects.toThrow(/has no call/);
  });

  test("keepText without a store is refused", () => {
    expect(() => office().registry.humanQueue({ keepText: true })).toThrow(
      "humanQueue.keepText: the registry has no store (write createRegistry({ store }))",
    );
  });
});

test("notify hears of each call; if it throws, the call waits all the same", async () => {
  const { registry } = office();
  const heard: string[] = [];
  registry.on("port-error", ({ port }) => heard.push(port));
  const people = registry.humanQueue<string, string>({
    notify: ({ id }) => {
      heard.push(id);
      throw new Error("Slack is down");
    },
  });
  const call = people.call("x");
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  const [ticket] = await people.waiting();
  await people.serve(ticket!.id, "y");
  expect(await call).toBe("y");
  expect(heard).toEqual([ticket!.id, "circuit"]);
});

test.each<[unknown]>([[1n], [undefined]])(
  "an input that JSON can't hold is refused: %s",
  async (input) => {
    const people = office().registry.humanQueue<unknown, string>();
    await expect(people.call(input)).rejects.toThrow(/humanQueue: expected a JSON value/);
  },
);

describe("a ticket", () => {
  test("holds the call, and nothing else", async () => {
    const { registry, clock } = office();
    const people = registry.humanQueue<string, string>();
    clock.advance(7);
    void people.call("x").catch(() => {});
    await vi.waitUntil(async () => (await people.waiting()).length === 1);
    const [ticket] = await people.waiting();
    expect(ticket).toEqual({ id: ticket!.id, input: "x", at: clock(), failed: [] });
    expect(people.name).toBe("human");
  });

  test("the oldest comes first, also after the clock was set back", async () => {
    const { registry, clock } = office();
    const people = registry.humanQueue<string, string>();
    void people.call("late").catch(() => {});
    await vi.waitUntil(async () => (await people.waiting()).length === 1);
    clock.advance(-100);
    void people.call("early").catch(() => {});
    await vi.waitUntil(async () => (await people.waiting()).length === 2);
    expect((await people.waiting()).map(({ input }) => input)).toEqual(["early", "late"]);
  });

  test("that was refused can't be served, nor one that was served be refused", async () => {
    const { registry } = office();
    const people = registry.humanQueue<string, string>();
    const calls = ["a", "b"].map((input) => people.call(input).catch(() => "refused"));
    await vi.waitUntil(async () => (await people.waiting()).length === 2);
    const [one, two] = await people.waiting();
    expect(await people.refuse(one!.id, "no")).toBe(true);
    expect(await people.serve(one!.id, "yes")).toBe(false);
    expect(await people.serve(two!.id, "yes")).toBe(true);
    expect(await people.refuse(two!.id, "no")).toBe(false);
    expect(await people.refuse("no-such-call", "no")).toBe(false);
    expect((await Promise.all(calls)).toSorted()).toEqual(["refused", "yes"]);
    expect(await people.waiting()).toEqual([]);
  });

  test("waits for years, and its answer for a week", async () => {
    const clock = manualClock();
    const { registry } = office(undefined, clock);
    const people = registry.humanQueue<string, string>({ name: "support" });
    void people.call("x").catch(() => {});
    await vi.waitUntil(async () => (await people.waiting()).length === 1);
    const [ticket] = await people.waiting();
    const week = 7 * 24 * 60 * 60_000;
    clock.advance(52 * week);
    expect(await people.serve(ticket!.id, "y")).toBe(true);
    clock.advance(week - 1);
    expect(await people.wait(ticket!.id)).toBe("y");
    clock.advance(1);
    await expect(people.wait(ticket!.id)).rejects.toThrow(
      `the queue "support" has no call ${ticket!.id}: its answer was read a week ago, or it never came in`,
    );
  });

  test("queues with other names are apart", async () => {
    const store = memoryStore();
    const { registry } = office(store);
    const [one, two] = ["one", "two"].map((name) =>
      registry.humanQueue<string, string>({ name, keepText: true }),
    );
    void one!.call("x").catch(() => {});
    await vi.waitUntil(async () => (await one!.waiting()).length === 1);
    expect(await two!.waiting()).toEqual([]);
    expect(store.list("human:one:").length).toBe(1);
  });
});

test("notify hears the id and the time, and is waited for", async () => {
  const { registry, clock } = office();
  const heard: unknown[] = [];
  const people = registry.humanQueue<string, string>({ notify: (ticket) => heard.push(ticket) });
  void people.call("x").catch(() => {});
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  const [ticket] = await people.waiting();
  expect(heard).toEqual([{ id: ticket!.id, at: clock() }]);
});

test("an abort before the wait ends it at once", async () => {
  const { registry } = office();
  const people = registry.humanQueue<string, string>();
  await expect(people.call("x", { signal: AbortSignal.abort() })).rejects.toThrow(/aborted/);
  expect((await people.waiting()).length).toBe(1);
});

test("a process that shares its queue looks once a second; one alone sets no timer", async () => {
  const waits: number[] = [];
  const wait = (ms: number) => {
    waits.push(ms);
    return new Promise<void>(() => {});
  };
  const registry = createRegistry({ store: memoryStore(), ports: { wait } });
  const shared = registry.humanQueue<string, string>({ keepText: true });
  const alone = registry.humanQueue<string, string>({ name: "alone" });
  void shared.call("x").catch(() => {});
  void alone.call("x").catch(() => {});
  await vi.waitUntil(async () => (await alone.waiting()).length === 1 && waits.length === 1);
  expect(waits).toEqual([1_000]);
});

test.each<[options: object, fault: string]>([
  [{ name: "" }, 'humanQueue.name: expected a text that is not empty, received ""'],
  [{ keepText: 1 }, "humanQueue.keepText: expected true or false, received 1"],
  [{ notify: 1 }, "humanQueue.notify: expected a function, received 1"],
])("a wrong option is named: %j", (options, fault) => {
  expect(() => office().registry.humanQueue(options)).toThrow(
    expect.objectContaining({ code: "GUARD_BAD_OPTIONS", faults: [fault] }),
  );
});

test("an answer that JSON can't hold is refused, and the call waits on", async () => {
  const { registry } = office();
  const people = registry.humanQueue<string, unknown>();
  void people.call("x").catch(() => {});
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  const [ticket] = await people.waiting();
  await expect(people.serve(ticket!.id, undefined)).rejects.toThrow(
    "humanQueue: expected a JSON value, received undefined",
  );
  expect((await people.waiting()).length).toBe(1);
});

test("a call that was served leaves no listener at its signal", async () => {
  const { registry } = office();
  const people = registry.humanQueue<string, string>();
  const { signal } = new AbortController();
  const listens: string[] = [];
  vi.spyOn(signal, "addEventListener").mockImplementation((name) => void listens.push(`+${name}`));
  vi.spyOn(signal, "removeEventListener").mockImplementation(
    (name) => void listens.push(`-${name}`),
  );
  const call = people.call("x", { signal });
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  const [ticket] = await people.waiting();
  await people.serve(ticket!.id, "y");
  expect(await call).toBe("y");
  // The call looked twice: before and after it was served.
  await vi.waitUntil(() => listens.includes("-abort"));
  expect(listens.filter((one) => one === "+abort").length).toBe(2);
});

test("a queue without notify tells of no error", async () => {
  const { registry } = office();
  const told: string[] = [];
  registry.on("*", ({ type }) => told.push(type));
  const people = registry.humanQueue<string, string>();
  void people.call("x").catch(() => {});
  await vi.waitUntil(async () => (await people.waiting()).length === 1);
  expect(told).toEqual([]);
});
