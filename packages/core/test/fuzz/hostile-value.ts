/* oxlint-disable typescript/no-extraneous-class, unicorn/consistent-function-scoping
   -- hostile values look like this */
// Values that a caller without types, a model or a tool may hand over.
import fc from "fast-check";

/** Makes a value. fast-check would look into the value itself, and a revoked proxy throws then. */
type Make = () => unknown;

const boom = (): never => {
  throw new Error("hunter2");
};

const traps = [
  "get",
  "getOwnPropertyDescriptor",
  "getPrototypeOf",
  "has",
  "ownKeys",
] as const satisfies readonly (keyof ProxyHandler<object>)[];

class Private {
  readonly #secret = 1;
  get secret(): number {
    return this.#secret;
  }
}
class NameThrows {
  static get name(): string {
    return boom();
  }
}
class NameIsHuge {}
Object.defineProperty(NameIsHuge, "name", { value: "N".repeat(100_000) });

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

/** A proxy that holds another one under every name, without an end. */
function endless(): object {
  return new Proxy(
    {},
    {
      get: endless,
      has: () => true,
      ownKeys: () => ["a", "b"],
      getOwnPropertyDescriptor: () => ({ value: endless(), enumerable: true, configurable: true }),
    },
  );
}

function cycle(): object {
  const one: Record<string, unknown> = { list: [] };
  one["self"] = one;
  (one["list"] as unknown[]).push(one, one);
  return one;
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = wrap(value);
  return value;
}

function wide(width: number): object {
  return Object.fromEntries(Array.from({ length: width }, (_, index) => [`k${index}`, index]));
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

/** Small values, each made anew: a door may change what it gets. */
const odd: readonly (() => unknown)[] = [
  () => Number.NaN,
  () => -0,
  () => Number.NEGATIVE_INFINITY,
  () => Number.MAX_VALUE,
  () => 5e-324,
  () => 2n ** 70n,
  () => -1n,
  () => Symbol("usd"),
  () => Symbol.iterator,
  () => boom,
  () => class {},
  () => async function* stream() {},
  () => new Date(Number.NaN),
  () => new Date(8.64e15),
  () => Object.create(null) as object,
  () => Object.create({ usd: 5 }) as object,
  () => JSON.parse('{"__proto__":{"usd":5},"constructor":null,"toString":1}') as object,
  () => ({ constructor: null }),
  () => ({ constructor: { name: 7 } }),
  () => Object.assign(Object.create({ constructor: boom }) as object, { a: 1 }),
  () => ({ hasOwnProperty: 1, toString: null, valueOf: boom }),
  () => ({ toJSON: boom }),
  () => ({ toJSON: () => ({ toJSON: boom }) }),
  () => ({ [Symbol.toPrimitive]: boom }),
  () => ({
    get usd() {
      return boom();
    },
  }),
  () => ({
    get usd() {
      // oxlint-disable-next-line typescript/only-throw-error -- hostile
      throw undefined;
    },
  }),
  () => Object.defineProperty([], 0, { get: boom, enumerable: true }),
  () =>
    new Map<unknown, unknown>([
      [{}, new Map()],
      [Number.NaN, new Set([1n])],
    ]),
  () => {
    const map = new Map<unknown, unknown>();
    return map.set(map, map);
  },
  () => {
    const set = new Set<unknown>();
    return set.add([set]);
  },
  () => new WeakMap(),
  () => new WeakRef({}),
  () => Promise.resolve(1),
  () => new Private(),
  () => new NameThrows(),
  () => new NameIsHuge(),
  () => Object.defineProperty(new Error("x"), "message", { get: boom }),
  () => Object.assign(new Error("x"), { name: Symbol("x") }),
  () => Object.assign(new Error("x"), { name: { toString: boom } }),
  () => new AggregateError([new Error("a")], "b", { cause: cycle() }),
  () => new Uint8Array(3),
  () => new Float64Array([Number.NaN]),
  () => new DataView(new ArrayBuffer(8)),
  () => new ArrayBuffer(8),
  () => new SharedArrayBuffer(8),
  () => detached(),
  () => detached().buffer,
  () => /(a+)+$/,
  () => new URLSearchParams("a=1"),
  () => globalThis,
  () => Object(1n) as object,
  () => Object("text") as object,
  () => cycle(),
  () => revoked({}),
  () => revoked([]),
  () => revoked(boom),
  ...traps.map((trap) => () => new Proxy({ usd: 1 }, { [trap]: boom })),
  ...traps.map((trap) => () => new Proxy([1], { [trap]: boom })),
  () => new Proxy(boom, { apply: boom }),
  () =>
    new Proxy([], {
      get: (target, key) => (key === "length" ? Number.NaN : Reflect.get(target, key)),
    }),
  () => [revoked({}), { a: revoked([]) }],
  () => Array(3),
];

const texts = [
  "",
  " ",
  "__proto__",
  "constructor",
  "\0",
  "\uD800",
  "ｕｓｄ",
  "Error: ",
  "pending",
  "404",
  "{",
  "[",
  '"',
  "-",
  "1e999",
  "0",
  "no ",
  "a1",
  "ing ",
  "\n",
];

/** Large values. They take long to make and to read, so they are rare. */
const large: readonly (() => unknown)[] = [
  () => 10n ** 20_000n,
  () => Symbol("s".repeat(100_000)),
  () => Array.from({ length: 5_000 }, (_, index) => index),
  () => wide(5_000),
  () => nested(5_000, (inner) => [inner]),
  () => nested(5_000, (inner) => ({ inner })),
  () => nested(300, (inner) => new Map([[inner, inner]])),
  () => ({ ["k".repeat(100_000)]: 1 }),
  () => JSON.stringify(nested(3_000, (inner) => [inner])),
  () => "[".repeat(100_000),
  () => new Uint8Array(100_000),
  () => Object.assign(new Error("m".repeat(100_000)), { name: "n".repeat(100_000) }),
];

/** Values without an end: each would keep a reader busy for hours. A search by chance would take too long with them. */
export const withoutEnd: readonly Make[] = [
  endless,
  () => [endless()],
  () => ({ toJSON: endless }),
  () => Array(2 ** 32 - 1),
  () => Object.assign(Array(2 ** 31), { 5: revoked({}) }),
  () =>
    new Proxy([], {
      get: (target, key) => (key === "length" ? 2 ** 53 - 1 : Reflect.get(target, key)),
    }),
];

const is =
  (value: unknown): Make =>
  () =>
    value;

const longText = fc
  .record({
    text: fc.constantFrom(...texts),
    times: fc.nat({ max: 30_000 }),
    end: fc.constantFrom("", "!", "}", "]", "x1"),
  })
  .map(({ text, times, end }) => is(text.repeat(times) + end));

/** Names that an option, a result or every object has. */
const knownKeys =
  "usd budget limits tools user tokens warn toJSON then __proto__ constructor length status content type text error message name isError";

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...knownKeys.split(" ")) },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);

const small: fc.Arbitrary<Make> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...odd) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(undefined, null, true, false, 0, 1, 0.5, -1, 1e21).map(is),
  },
  { weight: 1, arbitrary: fc.double().map(is) },
  { weight: 1, arbitrary: fc.constantFrom(...texts).map(is) },
  { weight: 1, arbitrary: fc.string({ maxLength: 20 }).map(is) },
);

function objectOf(entries: readonly (readonly [string, Make])[]): object {
  const made = {};
  for (const [name, make] of entries) {
    const value = make();
    // Plain assignment would set the prototype for the name `__proto__`.
    Object.defineProperty(made, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return made;
}

const { value } = fc.letrec<{ value: Make }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    { weight: 6, arbitrary: small },
    {
      weight: 1,
      arbitrary: fc.array(tie("value"), { maxLength: 3 }).map(
        (makers): Make =>
          () =>
            makers.map((make) => make()),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map(
        (entries): Make =>
          () =>
            objectOf(entries),
      ),
    },
  ),
}));

/** Makes hostile values. Some of a thousand are large. */
export const hostileValue: fc.Arbitrary<Make> = fc.oneof(
  { weight: 20_000, arbitrary: value },
  { weight: 20, arbitrary: longText },
  { weight: 10, arbitrary: fc.constantFrom(...large) },
);
