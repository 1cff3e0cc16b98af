// Options are read once and copied: what guard does not see as written is refused, and never taken for no limit.
import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import type { BreakerOptions } from "../../src/breaker/breaker-options.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import type { Store } from "../../src/ports/store.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import { OptionsError } from "../../src/vocabulary/errors.ts";

class Config {
  get usd() {
    return 5;
  }
}

const values: readonly (readonly [value: unknown, received: string])[] = [
  [new Map([["usd", 5]]), "an instance of Map"],
  [new Set(["usd"]), "an instance of Set"],
  [Promise.resolve({ usd: 5 }), "an instance of Promise"],
  [new Date(0), "an instance of Date"],
  [[], "an array"],
  [new Config(), "an instance of Config"],
  [Object.create({ usd: 5 }), "an object"],
  [JSON.parse('{ "__proto__": { "usd": 5 } }'), "an object"],
  [() => ({ usd: 5 }), "a function"],
  [Symbol("usd"), "Symbol(usd)"],
  [5n, "5n"],
  [null, "null"],
];

const places: readonly (readonly [path: string, at: (value: never) => GuardOptions])[] = [
  ["options", (value) => value],
  ["budget", (budget) => ({ budget })],
  ["budget.finalAnswer", (finalAnswer) => ({ budget: { finalAnswer } })],
  ["limits", (limits) => ({ limits })],
  ["limits.agents", (agents) => ({ limits: { agents } })],
  ["limits.tools", (tools) => ({ limits: { tools } })],
  ["limits.tools.search.0", (search) => ({ limits: { tools: { search: [search] } } })],
  ["limits.user.1", (user) => ({ limits: { user: [{ usd: 1 }, user] } })],
  ["tools", (tools) => ({ tools })],
  ["tools.search", (search) => ({ tools: { search } })],
  ["tools.constructor", (made) => ({ tools: { constructor: made } })],
  ["tools.search.thresholds", (thresholds) => ({ tools: { search: { thresholds } } })],
  ["rules", (rules) => ({ rules })],
  ["accounts", (accounts) => ({ accounts })],
  ["recovery", (recovery) => ({ recovery })],
  ["reservations", (reservations) => ({ reservations })],
  ["pricing", (pricing) => ({ pricing })],
  ["pricing.ceiling", (ceiling) => ({ pricing: { ceiling } })],
  ["ports", (ports) => ({ ports })],
];

const doors: readonly (readonly [name: string, open: (options: never) => unknown])[] = [
  ["createBreaker", (options) => createBreaker(options)],
  ["createRegistry", (options) => createRegistry(options)],
  ["registry.breaker", (options) => createRegistry().breaker(options)],
];

describe.for(doors)("%s refuses what is no plain object", ([, open]) => {
  test.for(places)("as %s", ([path, at]) => {
    for (const [value, received] of values) {
      const fault = new RegExp(
        `^${path}: expected a plain object( such as .+)?, received ${received.replaceAll(/[()]/g, "\\$&")}$`,
      );
      expect(() => open(at(value as never) as never)).toThrow(
        expect.objectContaining({
          code: "GUARD_BAD_OPTIONS",
          faults: [expect.stringMatching(fault)],
        }),
      );
    }
  });
});

describe("an instance of a class may be a port, and not a group of options", () => {
  test.for([
    ["store", { get() {} }, `a store with get, compareAndSet, list and close`],
    ["ledger", { append() {} }, "a ledger with append and read"],
    ["tokens", {}, "an estimator with estimate (a limit of tokens is `budget.tokens`)"],
  ] as const)("%s without all of its methods", ([name, port, expected]) => {
    const fault = `${name}: expected ${expected}, received an object`;
    expect(() => createBreaker({ [name]: port })).toThrow(new OptionsError([fault]));
  });

  test("its methods may stand in its prototype", () => {
    const store = Object.create(memoryStore()) as Store;
    expect(() => createRegistry({ store })).not.toThrow();
  });
});

/** Options as getters, nested ones too: each notes in `counts` how often guard has asked for it. */
function getters(options: object, counts: Map<string, number>, path = ""): object {
  const all = Object.entries(options).map(([name, value]) => {
    const own = `${path}${name}`;
    counts.set(own, 0);
    const isGroup = typeof value === "object" && !Array.isArray(value);
    const read: unknown = isGroup ? getters(value as object, counts, `${own}.`) : value;
    const get = () => {
      counts.set(own, counts.get(own)! + 1);
      return read;
    };
    return [name, { get, enumerable: true }] as const;
  });
  return Object.defineProperties({}, Object.fromEntries(all));
}

const many = {
  name: "job",
  budget: { modelCalls: 1, usd: 5, finalAnswer: { usd: 1 } },
  limits: { tools: { search: { toolCalls: 3 } } },
  tools: { search: { policy: "read", usd: 0.01, identity: ["query"] } },
  rules: { poll: { warn: 3 } },
  recovery: { cooldownMs: 1 },
  pricing: { unknown: "deny", ceiling: { inputUsdPerMillion: 1, outputUsdPerMillion: 2 } },
  ports: { random: () => 0 },
};
const { name: _, ...shared } = many;

test.for<readonly [string, object, (options: never) => unknown]>([
  ["createBreaker", many, (options) => createBreaker(options)],
  ["registry.breaker", many, (options) => createRegistry().breaker(options)],
  ["createRegistry", shared, (options: never) => createRegistry(options).breaker()],
])("%s calls a getter once", ([, options, open]) => {
  const counts = new Map<string, number>();
  open(getters(options, counts) as never);
  expect(counts.size).toBeGreaterThan(20);
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
});

test("a getter that answers otherwise later changes nothing", async () => {
  let calls = 0;
  const options = {
    get budget() {
      calls += 1;
      return calls === 1 ? { modelCalls: 0 } : {};
    },
  };
  const registry = createRegistry(options);
  const [first, second] = [registry.breaker(), registry.breaker()];
  for (const breaker of [first, second]) {
    const [decision] = await breaker.agent().admit([{ kind: "model" }]);
    expect(decision.verdict).toBe("open");
  }
});

test.for<readonly [string, (options: BreakerOptions) => ReturnType<typeof createBreaker>]>([
  ["createBreaker", (options) => createBreaker(options)],
  ["createRegistry", (options) => createRegistry(options).breaker()],
])("%s: an options object that changes later changes nothing", ([, make]) => {
  const live = {
    budget: { toolCalls: 0 } as Record<string, number>,
    tools: { wire: { policy: "exempt" } } as Record<string, object>,
    limits: { tools: { wire: { toolCalls: 0 } as Record<string, number> } },
  };
  const registry = createRegistry(live);
  const breakers = [make(live), registry];
  delete live.budget["toolCalls"];
  delete live.limits.tools.wire["toolCalls"];
  live.tools["wire"] = {};
  for (const made of breakers) {
    const breaker = "breaker" in made ? made.breaker() : made;
    expect(breaker.agent().admitSync([{ kind: "tool", tool: "wire" }])[0].verdict).toBe("open");
  }
});

test("guard checks an override in the same way", () => {
  const breaker = createBreaker();
  const said = { by: "ops", why: "more" };
  const example = '{ force: "open", by: "ops", why: "runaway agents" }';
  for (const [value, received] of values) {
    const extended = `override.extend: expected a plain object, received ${received}`;
    expect(() => breaker.override({ ...said, extend: value as never })).toThrow(
      new OptionsError([extended]),
    );
    const whole = `override: expected a plain object such as ${example}, received ${received}`;
    expect(() => breaker.override(value as never)).toThrow(new OptionsError([whole]));
  }
});
