// A small part of what `npm run fuzz` does, and what it has found.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBreaker, createRegistry, signature, type OptionsError } from "../../src/index.ts";
import { places, readAt, sign } from "./doors.ts";
import { hostileValue, withoutEnd } from "./hostile-value.ts";

test("hostile values: guard signs each of them", () => {
  fc.assert(
    fc.property(hostileValue, (make) => sign(make())),
    { numRuns: 2_000 },
  );
});

test("hostile values in the place of options: guard reads or refuses each of them", () => {
  fc.assert(
    fc.property(hostileValue, fc.constantFrom(...places), (make, place) => readAt(place, make())),
    { numRuns: 4_000 },
  );
});

test.each(places)("%s: values without an end are refused at once", (...place) => {
  for (const make of withoutEnd) readAt(place, make());
});

const boom = (): never => {
  throw new Error("hunter2");
};

/** The faults that guard finds. */
function faultsOf(options: unknown): readonly string[] {
  try {
    createBreaker(options as object);
  } catch (error) {
    return (error as OptionsError).faults;
  }
  return [];
}

describe("what was found", () => {
  test("a getter that throws: the fault says so, quotes nothing, and keeps the error as its cause", () => {
    const getter = {
      get usd() {
        return boom();
      },
    };
    expect(() => createBreaker({ budget: getter })).toThrow(
      expect.objectContaining({
        code: "GUARD_BAD_OPTIONS",
        message: "options: guard can't read the value: a getter or a proxy throws",
        cause: expect.objectContaining({ message: "hunter2" }),
      }),
    );
  });

  test("a revoked proxy is a wrong option, and no TypeError of the platform", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(faultsOf(proxy)).toEqual([
      'options: expected a plain object such as { name: "nightly-audit", budget: { usd: 5 } }, received an object that guard can\'t read',
    ]);
    expect(faultsOf({ mode: proxy })).toEqual([
      "options: guard can't read the value: a getter or a proxy throws",
    ]);
    expect(() => createRegistry().circuit("c", proxy)).toThrow(
      `circuit("c"): guard can't read the value: a getter or a proxy throws`,
    );
  });

  test("a class whose name throws, or is no text", () => {
    const Throws = namedBy({ get: boom });
    const Numbered = namedBy({ value: 7 });
    expect(faultsOf({ price: new Throws() })).toEqual([
      "options: guard can't read the value: a getter or a proxy throws",
    ]);
    expect(faultsOf({ price: new Numbered() })).toEqual([
      "price: expected a function, received an object",
    ]);
  });

  test.each<[name: string, options: unknown]>([
    ["a number of 20,001 digits", { budget: { usd: 10n ** 20_000n } }],
    ["a symbol with a long description", { mode: Symbol("s".repeat(100_000)) }],
    ["a class with a long name", { price: new (namedBy({ value: "N".repeat(100_000) }))() }],
    ["a long name of an option", { ["k".repeat(100_000)]: 1 }],
    ["a long name of a tool", { tools: { ["k".repeat(100_000)]: 1 } }],
    [
      "ten thousand faults",
      { tools: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [i, 1])) },
    ],
  ])("%s: the message stays short", (_, options) => {
    expect(faultsOf(options).length).toBeGreaterThan(0);
    expect(faultsOf(options).join("; ").length).toBeLessThan(5_000);
  });

  test("an error shows twenty faults, and counts the others", () => {
    const tools = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`t${index}`, 1]));
    const faults = faultsOf({ tools });
    expect(faults.length).toBe(21);
    expect(faults.slice(-2)).toEqual([
      "tools.t19: expected a plain object, received 1",
      "and 5 more faults",
    ]);
  });

  test("a value without an end: guard reads half a million parts of it, and signs it", () => {
    let parts = 0;
    const items = new Proxy([], {
      get: (target, key) => {
        if (key === "length") return 2 ** 32 - 1;
        if (typeof key === "string" && /^\d+$/.test(key)) parts += 1;
        return Reflect.get(target, key);
      },
    });
    expect(signature("search", items)).toMatch(/^[0-9a-f]{24}$/);
    expect(parts).toBeGreaterThan(100_000);
    expect(parts).toBeLessThanOrEqual(500_000);
  });

  test("a list that claims four billion items is refused by its length", () => {
    const items = Array(2 ** 32 - 1);
    expect(faultsOf({ limits: { user: items } })).toEqual([
      "limits.user: expected a list of at most 1000 items, received an array",
    ]);
    expect(faultsOf({ tools: { search: { identity: items } } })).toEqual([
      "tools.search.identity: expected names of fields, or a function, received an array",
    ]);
    expect(() => createRegistry().circuit("c", { excluded: items })).toThrow(
      /circuit\("c"\)\.excluded: expected a list of .*, received an array/,
    );
  });
});

/** A class whose name is something else. */
function namedBy(name: PropertyDescriptor): new () => object {
  const made = class {
    readonly own = 1;
  };
  Object.defineProperty(made, "name", name);
  return made;
}
