import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "../../src/signature/canonical.ts";
import { outcomeFingerprint } from "../../src/signature/outcome.ts";
import { signature } from "../../src/signature/sign.ts";

/** The same value with its keys the other way round, all the way down. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toReversed();
  return Object.fromEntries(entries.map(([key, part]) => [key, reversed(part)]));
}

function nested(depth: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < depth; level += 1) value = { down: value };
  return value;
}

const blobEndingIn = (last: number) => new Uint8Array(3_000_000).fill(last, -1);

describe("canonical", () => {
  test("does not depend on the order of keys, and says all of a JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonical(value);
        expect(canonical(reversed(value))).toBe(text);
        // -0 is 0 in JSON
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test("keeps apart what differs", () => {
    const cycle: Record<string, unknown> = { name: "cycle" };
    cycle["self"] = cycle;
    const different: unknown[] = [
      null,
      undefined,
      0,
      "",
      "0",
      false,
      "null",
      [],
      {},
      [[]],
      [null],
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      10n,
      new Map([["a", 1]]),
      new Map([["a", 2]]),
      new Set(["a"]),
      new Set(["b"]),
      new Error("one"),
      new Error("two"),
      new TypeError("one"),
      new Uint8Array([1, 2]),
      new Uint8Array([1, 3]),
      new Uint8Array([2, 2]).buffer,
      new Uint8Array([2, 3]).buffer,
      new URLSearchParams("a=1"),
      new URLSearchParams("a=2"),
      /a/,
      /a/i,
      new Response("a"),
      new Blob(["a"]),
      new Date(0),
      new Date(1),
      () => 1,
      Symbol("s"),
      cycle,
      JSON.parse('{"__proto__":{"a":1}}'),
      JSON.parse('{"__proto__":{"a":2}}'),
    ];
    const texts = different.map(canonical);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test.for<[what: string, value: unknown, text: string]>([
    ["a response", new Response("a"), '"[opaque Response]"'],
    ["a blob", new Blob(["a"]), '"[opaque Blob]"'],
    ["private fields", new Sealed(1), '"[opaque Sealed]"'],
    ["a promise, deep down", { rows: [Promise.resolve(1)] }, '{"rows":["[opaque Promise]"]}'],
    ["a class whose fields can be read", new Shown(1), '{"value":1}'],
    ["a class that says what it is", new Told(), '"told"'],
    ["an empty object", {}, "{}"],
    ["an object without a prototype", Object.create(null), "{}"],
    ["an empty list", [], "[]"],
    ["parameters", new URLSearchParams({ a: "1", b: "2" }), '"a=1&b=2"'],
    ["a pattern", /a+/g, '"/a+/g"'],
  ])("says what can be seen of %s", ([, value, text]) => {
    expect(canonical(value)).toBe(text);
  });

  test("equal bytes are equal in any kind of array", () => {
    const bytes = new Uint8Array([0, 1, 2, 3]);
    const text = canonical(bytes.slice(1, 3));
    expect(canonical(bytes.subarray(1, 3))).toBe(text);
    expect(canonical(bytes.slice(1, 3).buffer)).toBe(text);
    expect(canonical(new DataView(bytes.buffer, 1, 2))).toBe(text);
  });

  test("a Map that holds itself twice has a text", () => {
    const map = new Map<string, unknown>();
    map.set("a", map).set("b", map);
    expect(canonical(map)).toBe('{"map":[["a","[collection]"],["b","[collection]"]]}');
  });

  test.for<[what: string, value: () => unknown]>([
    ["a getter that throws", () => Object.defineProperty({}, "x", { enumerable: true, get: fail })],
    ["a toJSON that throws", () => ({ toJSON: fail })],
    ["a Proxy that throws", () => new Proxy({}, { ownKeys: fail, get: fail })],
    ["a Proxy that is revoked", revoked],
    ["an object that can't become a text", () => Object.create(null)],
    ["nesting 10,000 deep", () => nested(10_000)],
    ["a list with two billion holes", () => holes()],
  ])("never throws: %s", ([, value]) => {
    expect(canonical({ args: value() })).toEqual(expect.any(String));
    expect(signature("tool", value())).toMatch(/^[0-9a-f]{24}$/);
    expect(outcomeFingerprint({ status: "failure", error: value() }).exact).toMatch(
      /^[0-9a-f]{24}$/,
    );
  });

  test.for<[what: string, value: () => unknown]>([
    ["text", () => "x".repeat(10_000_000)],
    ["numbers", () => Array.from({ length: 1_000_000 }, (_, index) => index)],
    ["bytes", () => new Uint8Array(10_000_000)],
  ])("10 MB of %s take less than three seconds", { timeout: 3_000 }, ([, value]) => {
    const blob = value();
    expect(signature("tool", { blob })).not.toBe(signature("tool", { blob: "" }));
  });

  test("large blobs that differ in their last byte are different", () => {
    expect(canonical(blobEndingIn(1))).not.toBe(canonical(blobEndingIn(2)));
  });
});

describe("an outcome that guard sees only in part", () => {
  test.for<[result: unknown, isOpaque: boolean]>([
    [new Response("a"), true],
    [{ body: new Sealed(1) }, true],
    [new Shown(1), false],
    ["[op", false],
  ])("%o: %s", ([result, isOpaque]) => {
    expect(outcomeFingerprint({ status: "success", result }).opaque).toBe(isOpaque);
    expect(outcomeFingerprint({ status: "failure", error: result }).opaque).toBe(isOpaque);
  });
});

describe("signature", () => {
  test("does not depend on the order of keys, nor on arguments being JSON text", () => {
    const expected = signature("search", { q: "x", page: 1 });
    expect(signature("search", { page: 1, q: "x" })).toBe(expected);
    expect(signature("search", '{ "page": 1, "q": "x" }')).toBe(expected);
  });

  test.for<[a: unknown, b: unknown]>([
    [{ q: "x" }, { q: "y" }],
    ["not json", '"not json"x'],
    ["12345678901234567890", "12345678901234567891"],
    ["1e400", "1e401"],
    [undefined, {}],
  ])("tells %o from %o", ([a, b]) => {
    expect(signature("t", a)).not.toBe(signature("t", b));
  });

  test("tells tools apart", () => {
    expect(signature("a", {})).not.toBe(signature("b", {}));
  });

  test("is short and one-way", () => {
    expect(signature("t", { key: "hunter2" })).toMatch(/^[0-9a-f]{24}$/);
  });
});

class Sealed {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  read() {
    return this.#value;
  }
}

class Shown {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

class Told {
  toJSON() {
    return "told";
  }
}

function fail(): never {
  throw new Error("hostile");
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function holes(): unknown[] {
  const list: unknown[] = [];
  list.length = 2 ** 31;
  return list;
}
