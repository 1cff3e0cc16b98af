import { describe, expect, expectTypeOf, test } from "vitest";
import {
  CircuitOpenError,
  CircuitRefusalError,
  createRegistry,
  failover,
  FailoverError,
  findCircuitOpen,
} from "../../src/index.ts";
import { manualClock } from "../support/clock.ts";
import { loopedRun } from "./support/looped-run.ts";

const minute = 60_000;

/** Two providers that the test can break. */
function providers() {
  const clock = manualClock();
  const registry = createRegistry({ ports: { clock, random: () => 0 } });
  const down = new Set<string>();
  const asked: string[] = [];
  const answer = (name: string) => async (prompt: string) => {
    asked.push(name);
    if (down.has(name)) throw new Error(`${name} is down`);
    return `${name}: ${prompt}`;
  };
  const openai = registry.circuit("openai", { failureThreshold: 2 });
  const anthropic = registry.circuit("anthropic", { failureThreshold: 2 });
  const ask = failover([
    { circuit: openai, call: answer("openai") },
    { circuit: anthropic, call: answer("anthropic") },
  ]);
  return { ask, asked, clock, down, openai, registry };
}

test("the primary fails, the secondary answers, and the primary recovers through its probe", async () => {
  const { ask, asked, clock, down } = providers();
  const by: string[] = [];
  const ask4 = async () => {
    for (let time = 0; time < 4; time += 1) by.push((await ask("hi")).by);
  };
  await ask4();
  down.add("openai");
  await ask4();
  expect(by.slice(4)).toEqual(Array<string>(4).fill("anthropic"));
  // After two failures nothing asks the primary any more.
  expect(asked.filter((name) => name === "openai").length).toBe(4 + 2);
  down.delete("openai");
  clock.advance(minute);
  await ask4();
  expect(by.slice(8)).toEqual(Array<string>(4).fill("openai"));
});

test("the answer tells which route gave it, and why those before did not", async () => {
  const { ask, down } = providers();
  down.add("openai");
  const { answer, by, failed } = await ask("hi");
  expectTypeOf(by).toEqualTypeOf<"openai" | "anthropic">();
  expectTypeOf(answer).toEqualTypeOf<string>();
  expect({ answer, by, failed: failed.map(({ name }) => name) }).toEqual({
    answer: "anthropic: hi",
    by: "anthropic",
    failed: ["openai"],
  });
});

test("the types of answers are told apart by the route", async () => {
  const registry = createRegistry();
  const ask = failover([
    { circuit: registry.circuit("a"), call: (input: { q: string }) => input.q.length },
    { name: "fixed", call: () => "later" },
  ]);
  const told = await ask({ q: "four" });
  if (told.by === "a") expectTypeOf(told.answer).toEqualTypeOf<number>();
  else expectTypeOf(told.answer).toEqualTypeOf<string>();
  expect(told.answer).toBe(4);
});

describe("an error that no other route could mend is thrown at once", () => {
  class BadRequest extends Error {}
  test.each<[name: string, error: Error]>([
    ["an excluded error", new BadRequest("x")],
    ["an abort", new DOMException("x", "AbortError")],
    ["a trip", loopedRun()],
  ])("%s", async (_, error) => {
    const registry = createRegistry();
    let seconds = 0;
    const ask = failover([
      {
        circuit: registry.circuit("a", { excluded: [BadRequest] }),
        call: (_input: string): string => {
          throw error;
        },
      },
      { circuit: registry.circuit("b"), call: () => (seconds += 1) },
    ]);
    await expect(ask("x")).rejects.toBe(error);
    expect(seconds).toBe(0);
  });
});

function fails(error: unknown) {
  return async (_input: string): Promise<string> => {
    throw error;
  };
}

describe("the next route answers", () => {
  const registry = createRegistry({ warnings: false });
  const last = { name: "last", call: (_input: string): string => "answer" };
  const refused = new CircuitRefusalError({
    circuit: "openai",
    state: "open",
    retryAfterMs: minute,
  });
  test.each<[why: string, error: unknown]>([
    ["if the circuit of the provider refuses the call inside a route", refused],
    ["if a framework wraps this refusal", new Error("wrapped", { cause: refused })],
    [
      "if no route of a failover inside the route answers",
      new FailoverError([{ name: "a", error: new Error("503") }]),
    ],
  ])("%s", async (_, error) => {
    const circuit = registry.circuit("a", { failureThreshold: 1_000 });
    const told = await failover([{ circuit, call: fails(error) }, last])("x");
    expect([told.by, told.failed]).toEqual(["last", [{ name: "a", error }]]);
  });

  test("if a route without a circuit fails", async () => {
    const error = new Error("the cache is empty");
    const ask = failover([{ name: "cache", call: fails(error) }, last]);
    expect((await ask("x")).failed).toEqual([{ name: "cache", error }]);
  });

  test("but not after an abort in a route without a circuit", async () => {
    const abort = new DOMException("x", "AbortError");
    const ask = failover([{ name: "cache", call: fails(abort) }, last]);
    await expect(ask("x")).rejects.toBe(abort);
  });

  test("and if the last one fails, too, the error holds all errors", async () => {
    const circuit = registry.circuit("b");
    const errors = [new Error("503"), new Error("no person")];
    const ask = failover([
      { circuit, call: fails(errors[0]) },
      { name: "people", call: fails(errors[1]) },
    ]);
    const error = await ask("x").catch((caught: unknown) => caught);
    expect(FailoverError.isInstance(error)).toBe(true);
    expect((error as FailoverError).errors).toEqual(errors);
  });
});

test("after an abort no further route is tried", async () => {
  const { registry } = providers();
  const abort = new AbortController();
  const tried: string[] = [];
  const ask = failover([
    {
      circuit: registry.circuit("a"),
      call: (_input: string): string => {
        tried.push("a");
        abort.abort();
        throw new Error("socket closed");
      },
    },
    { circuit: registry.circuit("b"), call: () => tried.push("b") },
  ]);
  await expect(ask("x", { signal: abort.signal })).rejects.toThrow("socket closed");
  await expect(ask("x", { signal: abort.signal })).rejects.toThrow(/aborted/);
  expect(tried).toEqual(["a"]);
});

test("none answers: the error holds each route's own, and when the first may be back", async () => {
  const { ask, clock, down } = providers();
  down.add("openai").add("anthropic");
  await ask("x").catch(() => {});
  await ask("x").catch(() => {});
  clock.advance(1_000);
  const error = await ask("x").catch((caught: unknown) => caught);
  expect(FailoverError.isInstance(error)).toBe(true);
  const { failed, retryAfterMs, message } = error as FailoverError;
  expect(failed.map((one) => [one.name, CircuitRefusalError.isInstance(one.error)])).toEqual([
    ["openai", true],
    ["anthropic", true],
  ]);
  expect([retryAfterMs, message]).toEqual([
    minute - 1_000,
    "none of the routes answered: openai, anthropic",
  ]);
});

test("a trip inside the last route is still found", async () => {
  const stop = loopedRun();
  const ask = failover([
    {
      name: "last",
      call: (_input: string): string => {
        throw stop;
      },
    },
  ]);
  const error = await ask("x").catch((caught: unknown) => caught);
  expect(findCircuitOpen(error)).toBe(stop);
  expect(CircuitOpenError.isInstance(error)).toBe(true);
});

test.each<[unknown, string]>([
  [[], "failover: expected a list of routes, received an array"],
  ["x", 'failover: expected a list of routes, received "x"'],
  [
    [{ call: () => 1 }],
    "failover[0]: expected { circuit, call } or { name, call }, received an object",
  ],
  [
    [createRegistry().circuit("a")],
    "failover[0]: a circuit is no route (write { circuit, call: (input) => client.request(input) })",
  ],
  [
    [{ name: "a" }],
    "failover[0].call: expected a function, received undefined (write call: (input) => client.request(input))",
  ],
])("%j is refused", (routes, message) => {
  expect(() => failover(routes as never)).toThrow(message);
});

const failing = (name: string, error: unknown) => ({
  name,
  call: (_input: string): string => {
    throw error;
  },
});

const refusal = (retryAfterMs: number | undefined) =>
  new CircuitRefusalError({ circuit: "c", state: "open", retryAfterMs, why: undefined });
const waits = (...all: unknown[]) =>
  new FailoverError(all.map((error, index) => ({ name: `${index}`, error }))).retryAfterMs;

describe("FailoverError", () => {
  test("holds the errors in order, and the last one as its cause", async () => {
    const { registry } = providers();
    const [first, second, third] = [new Error("a"), new Error("b"), new Error("c")];
    const ask = failover([
      { circuit: registry.circuit("a"), call: failing("a", first).call },
      { circuit: registry.circuit("b"), call: failing("b", second).call },
      { circuit: registry.circuit("c"), call: failing("c", third).call },
    ]);
    const error = (await ask("x").catch((caught: unknown) => caught)) as FailoverError;
    expect(error).toMatchObject({
      name: "FailoverError",
      code: "GUARD_FAILOVER_FAILED",
      cause: third,
      errors: [first, second, third],
      failed: [
        { name: "a", error: first },
        { name: "b", error: second },
        { name: "c", error: third },
      ],
    });
    expect(error.retryAfterMs).toBeUndefined();
  });

  test("retryAfterMs is the shortest wait that a circuit has named", () => {
    expect(waits(refusal(30), refusal(10), refusal(20))).toBe(10);
    expect(waits(refusal(undefined), refusal(20), new Error("x"))).toBe(20);
    expect(waits(refusal(undefined), { retryAfterMs: 5 })).toBeUndefined();
  });

  test("shows a long name of a route by its beginning", () => {
    const { message } = new FailoverError([{ name: "n".repeat(500), error: new Error("x") }]);
    expect(message).toBe(`none of the routes answered: ${"n".repeat(100)}`);
  });

  test("is known by its mark, also in another copy of the package", () => {
    const error = new FailoverError([]);
    const mark = Symbol.for("guard.error.failover-failed");
    expect([error, { [mark]: true }].map((one) => FailoverError.isInstance(one))).toEqual([
      true,
      true,
    ]);
    const others = [new Error("x"), null, undefined, "x", 7];
    expect(others.map((one) => FailoverError.isInstance(one))).toEqual(others.map(() => false));
  });
});

test("each route gets the input, the signal and the routes that failed before it", async () => {
  const { registry } = providers();
  const seen: unknown[] = [];
  const error = new Error("x");
  const { signal } = new AbortController();
  const ask = failover([
    {
      circuit: registry.circuit("a"),
      call: (input: string, context): string => {
        seen.push(input, context);
        throw error;
      },
    },
    {
      name: "last",
      call: (input: string, context) => {
        seen.push(input, context);
        return "fine";
      },
    },
  ]);
  expect(await ask("hi", { signal })).toEqual({
    by: "last",
    answer: "fine",
    failed: [{ name: "a", error }],
  });
  expect(seen).toEqual([
    "hi",
    { signal, failed: [] },
    "hi",
    { signal, failed: [{ name: "a", error }] },
  ]);
});

test.each<[routes: unknown, message: string]>([
  [undefined, "failover: expected a list of routes, received undefined"],
  [[null], "failover[0]: expected { circuit, call } or { name, call }, received null"],
  [
    [{ name: "a", call: () => 1 }, "b"],
    'failover[1]: expected { circuit, call } or { name, call }, received "b"',
  ],
])("%j is no list of routes", (routes, message) => {
  expect(() => failover(routes as never)).toThrow(new TypeError(message));
});
