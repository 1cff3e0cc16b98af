import { describe, expect, test } from "vitest";
import { runsOf } from "../../src/adapter/index.ts";
import { createBreaker, createRegistry, guarded, type RecordedEvent } from "../../src/index.ts";
import { listen } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";

type Search = (args: { q: string }) => string;
const any: (...args: unknown[]) => string = () => "x";
const first = <T>(list: readonly T[]): T | undefined => list[0];

const strict = { preset: "strict" } as const;

/** A recorder, and the tool calls that it is told. */
function recording() {
  const events: Extract<RecordedEvent, { type: "tool" }>[] = [];
  const record = (_run: string, event: RecordedEvent) => {
    if (event.type === "tool") events.push(event);
  };
  return { events, record };
}

describe("a guarded function", () => {
  test("returns what the function returns, sync or async, with its this and its properties", async () => {
    const breaker = createBreaker();
    const counter = Object.assign(
      function count(this: { by: number }, to: number) {
        return to * this.by;
      },
      { version: 2 },
    );
    const count = guarded(counter, { breaker, name: "count" });
    expect(count.call({ by: 3 }, 2)).toBe(6);
    expect([count.version, count.name, count.length]).toEqual([2, "count", 1]);

    const later = guarded(async (to: number) => to + 1, { breaker, name: "later" });
    const result: number = await later(1);
    expect(result).toBe(2);
    expect(breaker.spending.toolCalls).toBe(2);
  });

  test("its types are the function's", () => {
    const same: typeof first = guarded(first, { breaker: createBreaker(), name: "first" });
    const one: string | undefined = same(["a"]);
    expect(one).toBe("a");
  });

  test("a generator comes back as one; an async one is followed to its end", async () => {
    const breaker = createBreaker();
    const { events, record } = recording();
    const parts = guarded(
      function* () {
        yield 1;
        yield 2;
      },
      { breaker, name: "parts" },
    );
    expect([...parts()]).toEqual([1, 2]);

    const later = guarded(
      async function* (last: string) {
        yield "a";
        yield last;
      },
      { breaker: createBreaker({ record }), name: "later" },
    );
    const read: string[] = [];
    for await (const part of later("b")) read.push(part);
    expect(read).toEqual(["a", "b"]);
    expect(events).toMatchObject([{ tool: "later", result: "b" }]);
  });

  test("guard refuses a generator, whose parts it can't see, later than a plain result", () => {
    const plain = guarded(() => 1, { breaker: createBreaker(), name: "use" });
    const parts = guarded(
      function* () {
        yield 1;
      },
      { breaker: createBreaker(), name: "use" },
    );
    expect([callsBefore(plain), callsBefore(parts)]).toEqual([3, 5]);
  });
});

/** How often it runs before it is refused. */
function callsBefore(use: () => unknown): number {
  for (let calls = 0; ; calls += 1) {
    try {
      use();
    } catch {
      return calls;
    }
  }
}

describe("the call that guard sees", () => {
  test.for<[what: string, args: unknown[], kept: unknown]>([
    ["no argument", [], undefined],
    ["one argument", [{ q: "a" }], { q: "a" }],
    ["several arguments", ["a", 2], ["a", 2]],
  ])("%s", ([, args, kept]) => {
    const { events, record } = recording();
    guarded(any, { breaker: createBreaker({ record }), name: "use" })(...args);
    expect(events).toMatchObject([{ tool: "use", args: kept }]);
  });

  test("an error of the function is thrown, and is a failure", async () => {
    const { events, record } = recording();
    const broken = new Error("out of order");
    const use = guarded(() => Promise.reject(broken), {
      breaker: createBreaker({ record }),
      name: "use",
    });
    await expect(use()).rejects.toBe(broken);
    expect(events).toMatchObject([{ error: true }]);
  });

  test.for<[where: string, args: (signal: AbortSignal) => unknown[]]>([
    ["an argument", (signal) => [signal]],
    ["in an argument", (signal) => ["a", { signal }]],
  ])("an abort of the signal that is %s says nothing", async ([, args]) => {
    const { events, record } = recording();
    const aborting = new AbortController();
    const cancelled: (...given: unknown[]) => Promise<never> = async () => {
      aborting.abort();
      throw new Error("cancelled");
    };
    const use = guarded(cancelled, { breaker: createBreaker({ record }), name: "use" });
    await expect(use(...args(aborting.signal))).rejects.toThrow("cancelled");
    expect(events.filter(({ error }) => error)).toEqual([]);
  });

  test("a policy of the call holds if the options declare none", () => {
    const { events, record } = recording();
    const tools = { get: { policy: "polling" } } as const;
    const breaker = createBreaker({ record, tools });
    guarded(() => 1, { breaker, name: "use", policy: "read" })();
    guarded(() => 1, { breaker, name: "get", policy: "mutating" })();
    expect(events.map(({ policy }) => policy)).toEqual(["read", "polling"]);
  });
});

describe("a function that is called with the same argument again and again", () => {
  test("balanced: runs three times, is refused twice, then the run is stopped", async () => {
    const breaker = createBreaker();
    const events = listen(breaker);
    let runs = 0;
    const search: Search = () => {
      runs += 1;
      return "the same";
    };
    const use = guarded(search, { breaker, name: "use" });
    const ends: string[] = [];
    for (let turn = 0; turn < 7; turn += 1) {
      try {
        use({ q: "a" });
        ends.push("ran");
      } catch (error) {
        ends.push((error as { code: string }).code);
      }
    }
    const [refused, stopped] = ["GUARD_CALL_REFUSED", "GUARD_CIRCUIT_OPEN"];
    expect(ends).toEqual(["ran", "ran", "ran", refused, refused, stopped, stopped]);
    expect(runs).toBe(3);
    const told = events.filter(({ type }) => ["warn", "block", "trip"].includes(type));
    expect(told.map(({ type }) => type)).toEqual(["warn", "block", "block", "trip"]);
  });

  test.for<[what: string, use: (q: string) => Promise<string>]>([
    ["async", async (q) => q],
    ["one that gives promises", (q) => Promise.resolve(q)],
  ])("a function that is %s rejects where a sync one throws", async ([, tool]) => {
    const use = guarded(tool, { breaker: createBreaker(strict), name: "use" });
    await use("a");
    await use("a");
    const third = use("a"); // does not throw
    await expect(third).rejects.toThrow(/guard stopped this run/);
  });

  test("functions of one breaker are one run: two in turn are a loop", () => {
    const breaker = createBreaker(strict);
    const a = guarded(() => "a", { breaker, name: "a" });
    const b = guarded(() => "b", { breaker, name: "b" });
    const both = () => [a(), b()];
    both();
    both();
    expect(both).toThrow(/guard stopped this run/);
  });

  test("a turn that the caller tells, and a pause of idleRunMs, begin anew; the money stays spent", () => {
    const clock = manualClock();
    const breaker = createBreaker({ ...strict, idleRunMs: 60_000, ports: { clock } });
    const use = guarded(() => "a", { breaker, name: "use" });
    const twice = () => [use(), use()];
    twice();
    breaker.agent().userMessage("Again.");
    twice();
    clock.advance(60_000);
    twice();
    expect(use).toThrow(/guard stopped this run/);
    expect(breaker.spending.toolCalls).toBe(6);
  });

  test("a spent budget outlives a pause", () => {
    const clock = manualClock();
    const breaker = createBreaker({
      budget: { toolCalls: 1 },
      idleRunMs: 60_000,
      ports: { clock },
    });
    const use = guarded((q: number) => q, { breaker, name: "use" });
    use(1);
    expect(() => use(2)).toThrow(/guard stopped this run \(budget\)/);
    clock.advance(3_600_000);
    expect(() => use(3)).toThrow(/guard stopped this run \(budget\)/);
  });
});

describe("whose call it is", () => {
  test("given a registry, each function has a run of its own, and a pause begins the next one", () => {
    const clock = manualClock();
    const registry = createRegistry({
      budget: { toolCalls: 1 },
      idleRunMs: 60_000,
      ports: { clock },
    });
    const a = guarded((q: number) => q, { breaker: registry, name: "a" });
    const b = guarded((q: number) => q, { breaker: registry, name: "b" });
    a(1);
    b(1);
    expect(() => a(2)).toThrow(/budget/);
    clock.advance(60_000);
    expect(a(3)).toBe(3);
  });

  test("inside a run of the registry it is that run's, and the call of its answer", async () => {
    const registry = createRegistry();
    const use = guarded(any as Search, { breaker: registry, name: "use" });
    const run = runsOf(registry).run("root");
    const agent = run.agent();
    const { key } = await agent.request({ kind: "model" });
    const args = '{"q":"a"}';
    await agent.answered(key, { calls: [{ kind: "tool", id: "1", tool: "use", args }] });
    expect(run.within(() => use({ q: "a" }))).toBe("x");
    expect(run.breaker.spending).toMatchObject({ modelCalls: 1, toolCalls: 1 });
    await run.end();
  });

  test("a function finds the breaker of each call", () => {
    const breakers = [createBreaker(), createBreaker()] as const;
    let now = 0;
    const use = guarded((q: number) => q, { breaker: () => breakers[now]!, name: "use" });
    use(1);
    now = 1;
    use(2);
    use(3);
    expect(breakers.map(({ spending }) => spending.toolCalls)).toEqual([1, 2]);
  });

  test.for<[what: string, options: object, message: RegExp]>([
    ["no name", { name: undefined }, /name: expected a text that is not empty, received undefined/],
    ["an empty name", { name: "" }, /name: expected a text that is not empty, received ""/],
    ["a policy that does not exist", { policy: "reading" }, /policy: expected one of read, /],
    [
      "a misspelt option",
      { polcy: "read" },
      /polcy: there is no such option \(did you mean `policy`\?\)/,
    ],
  ])("%s is refused at once", ([, options, message]) => {
    const all = { breaker: createBreaker(), name: "use", ...options };
    expect(() => guarded(any, all)).toThrow(message);
    expect(() => guarded({} as never, all)).toThrow(TypeError);
  });

  test("guard refuses a wrong breaker at once, and an unsupported onTrip at the first call", () => {
    expect(() => guarded(() => 1, { breaker: {} as never, name: "use" })).toThrow(/^breaker: /);
    const use = guarded(() => 1, { breaker: createBreaker({ onTrip: "finish" }), name: "use" });
    expect(use).toThrow(/onTrip: expected "throw" here/);
  });
});
