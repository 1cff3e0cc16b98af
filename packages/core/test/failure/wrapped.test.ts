import { describe, expect, test } from "vitest";
import { CircuitRefusalError } from "../../src/index.ts";
import { later, minute, service } from "./support/service.ts";

const isBad = (result: unknown) => result === "bad";
const counted = ({ circuit }: ReturnType<typeof service>) => {
  const { succeeded, failed, ignored } = circuit.stats.calls;
  return { succeeded, failed, ignored };
};

describe("a wrapped function counts as its call has ended", () => {
  test.each<[name: string, fn: () => unknown, counts: object]>([
    ["a sync result", () => "good", { succeeded: 1, failed: 0, ignored: 0 }],
    [
      "a sync result that isFailedResult names",
      () => "bad",
      { succeeded: 0, failed: 1, ignored: 0 },
    ],
    ["a promise", () => Promise.resolve("good"), { succeeded: 1, failed: 0, ignored: 0 }],
    [
      "a promise of such a result",
      () => Promise.resolve("bad"),
      { succeeded: 0, failed: 1, ignored: 0 },
    ],
    ["an async function", async () => "good", { succeeded: 1, failed: 0, ignored: 0 }],
    [
      "an async function with such a result",
      async () => "bad",
      { succeeded: 0, failed: 1, ignored: 0 },
    ],
  ])("%s", async (_, fn, counts) => {
    const own = service({ isFailedResult: isBad });
    const result = await own.circuit.wrap(fn)();
    expect(result).toBe(await fn());
    expect(counted(own)).toEqual(counts);
  });

  test.each<[name: string, fn: (error: unknown) => unknown]>([
    [
      "a sync function",
      (error) => {
        throw error;
      },
    ],
    ["a promise", (problem) => Promise.reject(problem)],
    [
      "an async function",
      async (error) => {
        throw error;
      },
    ],
  ])(
    "%s that throws: the caller gets its error, and an excluded one does not count",
    async (_, fn) => {
      const own = service({ excluded: [RangeError] });
      const wrapped = own.circuit.wrap(fn);
      const ask = async (error: unknown) => wrapped(error);
      const [error, excluded] = [new Error("x"), new RangeError("x")];
      await expect(ask(error)).rejects.toBe(error);
      expect(counted(own)).toEqual({ succeeded: 0, failed: 1, ignored: 0 });
      await expect(ask(excluded)).rejects.toBe(excluded);
      expect(counted(own)).toEqual({ succeeded: 0, failed: 1, ignored: 1 });
    },
  );

  test("a promise does not count before it ends", async () => {
    const own = service();
    const answer = later<string>();
    const running = own.circuit.wrap(() => answer.promise)();
    expect(counted(own)).toEqual({ succeeded: 0, failed: 0, ignored: 0 });
    answer.resolve("fine");
    expect(await running).toBe("fine");
    expect(counted(own)).toEqual({ succeeded: 1, failed: 0, ignored: 0 });
  });
});

describe("a refusal", () => {
  test("is thrown by a function that has returned no promise yet, and rejects after the first one", async () => {
    const { circuit, clock, fails } = service({ failureThreshold: 1 });
    const ask = circuit.wrap((text: string) => Promise.resolve(text));
    await fails();
    expect(() => ask("x")).toThrow(CircuitRefusalError);
    clock.advance(minute);
    expect(await ask("hi")).toBe("hi");
    await fails();
    await expect(ask("x")).rejects.toBeInstanceOf(CircuitRefusalError);
  });

  test("of an async function rejects from the first call on", async () => {
    const { circuit, fails } = service({ failureThreshold: 1 });
    await fails();
    const ask = circuit.wrap(async () => 1);
    await expect(ask()).rejects.toBeInstanceOf(CircuitRefusalError);
  });
});

test("wrap refuses what is no function, and says what to write", () => {
  expect(() => service().circuit.wrap("search" as never)).toThrow(
    'circuit("openai").wrap: expected a function, received a text (write circuit.wrap((input) => …))',
  );
});
