// What hostile and careless code does to a circuit. Each test is a fault that was found, or that must not come.
import { describe, expect, test } from "vitest";
import {
  createRegistry,
  failover,
  memoryStore,
  type FailureCircuit,
  type Store,
} from "../../src/index.ts";
import { manualClock, type ManualClock } from "../support/clock.ts";
import { later, minute, service } from "./support/service.ts";

const down = () => Promise.reject(new Error("down"));
const turn = () => new Promise((resolve) => setImmediate(resolve));

async function laterOf<T>(value: () => T) {
  await turn();
  return value();
}

/** A store of several processes that answers later. */
function remoteStore(clock: ManualClock): Store {
  const inner = memoryStore({ clock });
  return {
    get: async (key) => laterOf(() => inner.get(key)),
    compareAndSet: async (writes) => laterOf(() => inner.compareAndSet(writes)),
    list: async (prefix) => laterOf(() => inner.list(prefix)),
    close: () => {},
  };
}

const settled = async () => {
  for (let turns = 0; turns < 10; turns += 1) await turn();
};

/** Makes the circuits of processes that share such a store. */
function processesOf(options = {}) {
  const clock = manualClock();
  const store = remoteStore(clock);
  const make = () =>
    createRegistry({ store, ports: { clock } }).circuit("x", { failureThreshold: 1, ...options });
  return { clock, make };
}

describe("a store that answers later", () => {
  test("the first enter of a new process is the probe of all processes: its success closes the circuit", async () => {
    const { clock, make } = processesOf();
    await make()
      .call(down)
      .catch(() => {});
    clock.advance(minute);
    const permit = make().enter();
    permit.success();
    await settled();
    const other = make();
    expect(await other.call(() => "fine")).toBe("fine");
    expect(other.stats).toMatchObject({ state: "closed", opened: 1 });
  });

  test("the first failure of a new process counts, though other processes have moved the circuit before", async () => {
    const { make } = processesOf();
    const first = make();
    await first.call(down).catch(() => {});
    await first.reset();
    make().enter().failure(new Error("down"));
    await settled();
    await expect(make().call(() => "x")).rejects.toThrow("is open");
  });

  test("a probe that the store lets through, and this process refuses, frees its place", async () => {
    const { clock, make } = processesOf();
    const [one, two] = [make(), make()];
    await one.call(down).catch(() => {});
    clock.advance(minute);
    const probe = later<never>();
    const probing = one.call(() => probe.promise).catch(() => {});
    await settled();
    await two.call(() => "x").catch(() => {}); // two hears of the probe
    probe.reject(new DOMException("stopped", "AbortError"));
    await probing; // and not that its place is free
    expect(() => two.enter()).toThrow("half-open");
    await settled();
    expect(await one.call(() => "fine")).toBe("fine");
  });

  test.each([
    ["in a row", { failureThreshold: 1_000 }],
    ["in a window", { failureThreshold: 1_000, windowCalls: 2_000 }],
  ])("of 1,000 calls at once, every failure %s counts", async (_, options) => {
    const { make } = processesOf(options);
    const circuit = make();
    await Promise.allSettled(Array.from({ length: 999 }, () => circuit.call(down)));
    expect(await circuit.call(() => circuit.stats.calls.failed)).toBe(999);
    expect(circuit.state).toBe("closed");
  });
});

const atStart = () => 1_000;

describe("a clock that throws, or returns no number", () => {
  test.each([
    ["throws", () => Number(Symbol("x"))],
    ["returns NaN", () => NaN],
    ["returns Infinity", () => Infinity],
  ])("%s while a call runs: the caller gets the result, and one event tells it", async (_, bad) => {
    let read = atStart;
    const registry = createRegistry({ ports: { clock: () => read() } });
    const faults: unknown[] = [];
    registry.on("port-error", (event) => {
      faults.push(event.port);
      void circuit.state; // asks the clock again
    });
    const circuit = registry.circuit("x", { failureThreshold: 1 });
    const result = circuit.call(async () => {
      read = bad;
      return "fine";
    });
    expect(await result).toBe("fine");
    await circuit.call(down).catch(() => {});
    read = () => 1_000 + minute;
    expect(await circuit.call(() => "fine")).toBe("fine");
    expect(new Set(faults)).toEqual(new Set(["circuit"]));
    expect(faults.length).toBeLessThanOrEqual(2); // the clock, and the monotonic clock
  });
});

describe("what a function returns", () => {
  const hostile = new Proxy(
    {},
    {
      get: () => down,
      getPrototypeOf: () => {
        throw new Error("getPrototypeOf");
      },
    },
  );
  const unreadable = new Proxy(hostile, {
    get: () => {
      throw new Error("get");
    },
  });

  test("wrap returns a result that can't be looked at", () => {
    const { circuit } = service();
    expect(Object.is(circuit.wrap(() => unreadable)(), unreadable)).toBe(true);
    expect(circuit.stats.calls.succeeded).toBe(1);
  });

  test("wrap waits for a query that runs when it is awaited: its failure counts", async () => {
    const { circuit } = service({ failureThreshold: 1 });
    // oxlint-disable-next-line unicorn/no-thenable -- queries of some clients are such objects
    const query: PromiseLike<string> = { then: (ok, failed) => down().then(ok, failed) };
    await expect(circuit.wrap(() => query)()).rejects.toThrow("down");
    expect(circuit.state).toBe("open");
  });

  test("in a failover, isFailedResult sees the answer itself", async () => {
    const { circuit } = service({
      failureThreshold: 1,
      isFailedResult: (answer) => answer === "503: x",
    });
    const ask = failover([{ circuit, call: async (prompt: string) => `503: ${prompt}` }]);
    const { answer } = await ask("x");
    expect([answer, circuit.state]).toEqual(["503: x", "open"]);
  });
});

describe("names", () => {
  test("queues whose names begin alike are apart", async () => {
    const registry = createRegistry({ store: memoryStore() });
    const [short, long] = ["a", "a:b"].map((name) =>
      registry.humanQueue<string, string>({ name, keepText: true }),
    );
    const stop = new AbortController();
    const call = long!.call("question", { signal: stop.signal }).catch(() => {});
    await turn();
    expect([(await short!.waiting()).length, (await long!.waiting()).length]).toEqual([0, 1]);
    stop.abort();
    await call;
  });

  test("queues of one registry with one name are one queue, also in memory", async () => {
    const registry = createRegistry();
    const answer = registry.humanQueue<string, string>({ name: "support" }).call("question");
    await turn();
    const desk = registry.humanQueue<string, string>({ name: "support" });
    const [ticket] = await desk.waiting();
    await desk.serve(ticket!.id, "answer");
    expect(await answer).toBe("answer");
  });

  test.each(["__proto__", "constructor", "toString"])("%s is a name as any other", async (name) => {
    const registry = createRegistry({ store: memoryStore() });
    const circuit = registry.circuit(name, { failureThreshold: 1 });
    await circuit.call(down).catch(() => {});
    expect([registry.circuit(name) === circuit, circuit.state]).toEqual([true, "open"]);
  });
});

describe("code inside of a circuit that calls the circuit", () => {
  test("a listener of the opening asks: the circuit refuses it", async () => {
    const { circuit, fails } = service({ failureThreshold: 1 });
    let asked: Promise<unknown> | undefined;
    circuit.on("transition", () => {
      asked = circuit.call(() => "ran").catch(({ name }: Error) => name);
    });
    await fails();
    expect(await asked).toBe("CircuitRefusalError");
  });

  test("a fallback asks: the circuit refuses it, and its own fallback answers", async () => {
    const { circuit } = service({ failureThreshold: 1 });
    const again = () => circuit.call(() => "ran", { fallback: () => "refused" });
    expect(await circuit.call(down, { onFailure: true, fallback: again })).toBe("refused");
  });
});

describe("a call inside a call of the same circuit is the same call", () => {
  type Ask = (circuit: FailureCircuit, fn: () => string) => unknown;
  const ways: readonly (readonly [string, Ask])[] = [
    ["call", (circuit, fn) => circuit.call(fn)],
    ["wrap of an async function", (circuit, fn) => circuit.wrap(async () => fn())()],
    ["wrap of any other function", (circuit, fn) => circuit.wrap(fn)()],
    [
      "enter",
      (circuit, fn) => {
        using permit = circuit.enter();
        const result = fn();
        permit.success();
        return result;
      },
    ],
  ];
  const pairs = ways
    .slice(0, 3)
    .flatMap(([outer, around]) =>
      ways.map(([inner, within]) => ({ outer, inner, around, within }) as const),
    );

  test.each(pairs)("$inner in $outer", async ({ around, within }) => {
    const { circuit, clock } = service({ failureThreshold: 2 });
    let isDown = true;
    const ask = async () =>
      around(circuit, () => within(circuit, backend) as string) as Promise<string>;
    const backend = () => {
      if (isDown) throw new Error("503");
      return "fine";
    };
    await ask().catch(() => {});
    expect([circuit.state, circuit.stats.calls.failed]).toEqual(["closed", 1]);
    await ask().catch(() => {});
    expect(circuit.state).toBe("open");
    clock.advance(minute);
    isDown = false;
    expect(await ask()).toBe("fine");
    expect([circuit.state, circuit.stats.probes.succeeded]).toEqual(["closed", 1]);
  });

  test("its own fallback answers its failures, and no excluded error", async () => {
    const { circuit } = service({ excluded: RangeError });
    const options = { fallback: () => "fallback", onFailure: true };
    expect(await circuit.call(() => circuit.call(down, options))).toBe("fallback");
    expect(circuit.stats.calls).toMatchObject({ succeeded: 1, failed: 0 });
    const excluded = circuit.call(() =>
      circuit.call(() => Promise.reject(new RangeError()), options),
    );
    await expect(excluded).rejects.toThrow(RangeError);
    const plain = circuit.call(() => circuit.call(down, { fallback: () => "fallback" }));
    await expect(plain).rejects.toThrow("down");
  });
});

describe("a person moves a circuit while a probe runs", () => {
  test.each([
    ["reset, then the probe fails", "reset", "closed"],
    ["forceClose, then the probe fails", "forceClose", "closed"],
    ["forceOpen, then the probe fails", "forceOpen", "open"],
  ] as const)("%s: the person's word holds", async (_, method, state) => {
    const { circuit, clock, fails } = service({ failureThreshold: 1 });
    await fails();
    clock.advance(minute);
    const probe = later<never>();
    const probing = circuit.call(() => probe.promise).catch(() => {});
    await circuit[method]();
    probe.reject(new Error("late"));
    await probing;
    expect(circuit.state).toBe(state);
  });
});

test("a person sees the calls that wait, although one of them is damaged in the store", async () => {
  const store = memoryStore();
  const expiresAt = Date.now() + minute;
  const damaged = { key: "human:human:x", expected: undefined, value: "{", expiresAt };
  store.compareAndSet([damaged]);
  const queue = createRegistry({ store }).humanQueue<string, string>({ keepText: true });
  const stop = new AbortController();
  const call = queue.call("question", { signal: stop.signal }).catch(() => {});
  await turn();
  expect((await queue.waiting()).map(({ input }) => input)).toEqual(["question"]);
  stop.abort();
  await call;
});

test("a fallback that is no function is told at the first call, not when the circuit opens", async () => {
  const { circuit } = service();
  const call = circuit.call(() => "fine", { fallback: "sorry" as never });
  await expect(call).rejects.toThrow(/fallback: .*function/);
});

test("guard reads each option once: a getter can't change its value after the check", () => {
  let reads = 0;
  const options = {
    get failureThreshold() {
      reads += 1;
      return reads === 1 ? 1 : -5;
    },
  };
  expect(service(options).circuit.state).toBe("closed");
  expect(reads).toBe(1);
});
