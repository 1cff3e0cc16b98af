// Mistakes of people without types: each error says what to write instead.
import { describe, expect, test } from "vitest";
import { askModel, asRun, runsOf, useTool } from "../src/adapter/index.ts";
import { createBreaker, createRegistry, guarded } from "../src/index.ts";
import { fixture } from "./support/breakers.ts";

/** A function as it looks without types. */
const js = (typed: unknown) => typed as (...args: unknown[]) => unknown;
const makeRegistry = js(createRegistry);
const makeBreaker = js(createBreaker);
const guard = js(guarded);
const breaker = createBreaker();
const registry = createRegistry();
const search = () => "nothing";

const unknownOptions: readonly (readonly [options: object, path: string, instead: string])[] = [
  // Misspelt.
  [{ bugdet: {} }, "bugdet", "did you mean `budget`?"],
  [{ limit: {} }, "limit", "did you mean `limits`?"],
  [{ ontrip: "finish" }, "ontrip", "did you mean `onTrip`?"],
  [{ budget: { modelcalls: 5 } }, "budget.modelcalls", "did you mean `modelCalls`?"],
  [{ budget: { model_calls: 5 } }, "budget.model_calls", "did you mean `modelCalls`?"],
  [{ rules: { "no-progres": {} } }, "rules.no-progres", "did you mean `no-progress`?"],
  [{ rules: { signature: { wran: 1 } } }, "rules.signature.wran", "did you mean `warn`?"],
  [{ tools: { search: { polcy: "read" } } }, "tools.search.polcy", "did you mean `policy`?"],
  [{ accounts: { usr: "42" } }, "accounts.usr", "did you mean `user`?"],
  [{ pricing: { unknwon: "deny" } }, "pricing.unknwon", "did you mean `unknown`?"],
  // In the words of other libraries.
  [{ budget: { cost: 5 } }, "budget.cost", "did you mean `usd`?"],
  [{ budget: { dollars: 5 } }, "budget.dollars", "did you mean `usd`?"],
  [{ budget: { maxSteps: 5 } }, "budget.maxSteps", "did you mean `modelCalls`?"],
  [{ budget: { toolCallLimit: 5 } }, "budget.toolCallLimit", "did you mean `toolCalls`?"],
  [{ budget: { timeoutMs: 5 } }, "budget.timeoutMs", "did you mean `wallMs`?"],
  [{ dryRun: true }, "dryRun", "did you mean `mode`?"],
  // In the wrong place.
  [{ modelCalls: 5 }, "modelCalls", "write `budget.modelCalls`"],
  [{ maxModelCalls: 5 }, "maxModelCalls", "write `budget.modelCalls`"],
  [{ modelcalls: 5 }, "modelcalls", "write `budget.modelCalls`"],
  [{ maxSteps: 5 }, "maxSteps", "write `budget.modelCalls`"],
  [{ recursionLimit: 25 }, "recursionLimit", "write `budget.modelCalls`"],
  [{ maxUsd: 5 }, "maxUsd", "write `budget.usd`"],
  [{ alertAt: 0.8 }, "alertAt", "write `budget.alertAt`"],
  [{ maxCooldownMs: 1 }, "maxCooldownMs", "write `recovery.maxCooldownMs`"],
  [{ clock: Date.now }, "clock", "write `ports.clock`"],
  [{ poll: { open: 5 } }, "poll", "write `rules.poll`"],
  [{ policy: "read" }, "policy", "write `tools.NAME.policy`"],
  [{ user: "42" }, "user", "write `accounts.user`"],
  [{ user: { usd: 1 } }, "user", "write `limits.user`"],
  [{ name: "job" }, "name", "write `registry.breaker({ name })`"],
  [{ limits: { usd: 5 } }, "limits.usd", "write `budget.usd`"],
  [{ budget: { onTrip: "finish" } }, "budget.onTrip", "write `onTrip`"],
  [{ budget: { per: "day" } }, "budget.per", "write `limits.user.per`"],
  [{ budget: { tools: {} } }, "budget.tools", "write `limits.tools`"],
  [
    { tools: { search: { toolCalls: 3 } } },
    "tools.search.toolCalls",
    "write `limits.tools.search.toolCalls`",
  ],
  // Like no other.
  [
    { recovery: { never: true } },
    "recovery.never",
    "there are cooldownMs, maxCooldownMs, leaseMs, probes",
  ],
];

describe("an option that does not exist", () => {
  test.for(unknownOptions)("%o", ([options, path, instead]) => {
    const error = `${path}: there is no such option (${instead})`;
    expect(() => makeRegistry(options)).toThrow(expect.objectContaining({ message: error }));
  });
});

describe("a word that is not one of a list", () => {
  test.for<readonly [options: object, instead: string]>([
    [{ preset: "balancd" }, '"balancd" (did you mean "balanced"?)'],
    [{ preset: "Strict" }, '"Strict" (did you mean "strict"?)'],
    [{ onTrip: "windDown" }, '"windDown" (did you mean "wind-down"?)'],
    [{ onTrip: "finsh" }, '"finsh" (did you mean "finish"?)'],
    [{ mode: "observer" }, '"observer" (did you mean "observe"?)'],
    [{ tools: { read: { policy: "poling" } } }, '"poling" (did you mean "polling"?)'],
  ])("%o", ([options, instead]) => {
    expect(() => makeRegistry(options)).toThrow(`received ${instead}`);
  });
});

const aCall = 'write { kind: "tool", tool: "search", args: { q: "guard" } }';
const guardedSo = 'write guarded(search, { breaker: registry, name: "search" })';
const kinds = "expected one of tool, model, delegation, received undefined";
const because = '(write the reason, such as why: "runaway agents")';

const misused: readonly (readonly [mistake: string, make: () => unknown, error: string])[] = [
  [
    "createRegistry(registry)",
    () => makeRegistry(registry),
    "options: expected a plain object such as { budget: { usd: 5 } }, received a registry",
  ],
  [
    "createRegistry(breaker)",
    () => makeRegistry(breaker),
    "options: expected a plain object such as { budget: { usd: 5 } }, received a breaker",
  ],
  [
    "createBreaker(breaker)",
    () => makeBreaker(breaker),
    'options: expected a plain object such as { name: "nightly-audit", budget: { usd: 5 } }, received a breaker',
  ],
  [
    "createBreaker(registry)",
    () => makeBreaker(registry),
    'options: expected a plain object such as { name: "nightly-audit", budget: { usd: 5 } }, received a registry',
  ],
  [
    "registry.agent()",
    () => (registry as never as typeof breaker).agent(),
    "registry.agent: a registry has no agents (write registry.breaker().agent(name))",
  ],
  [
    "breaker.agent({ name })",
    () => breaker.agent({ name: "a" } as never),
    'agent: expected a name, received an object (write breaker.agent("researcher"))',
  ],
  [
    'on("tripp")',
    () => breaker.on("tripp" as never, () => {}),
    'on: there is no event "tripp" (did you mean "trip"?)',
  ],
  [
    'registry.on("Trip")',
    () => registry.on("Trip" as never, () => {}),
    'on: there is no event "Trip" (did you mean "trip"?)',
  ],
  [
    "on() without a listener",
    () => breaker.on("trip", undefined as never),
    'listener: expected a function, received undefined (write on("trip", (event) => { … }))',
  ],
  [
    "an override without by and why",
    () => breaker.override({ force: "open" } as never),
    `override.by: is missing (write who decides, such as by: "ops"); override.why: is missing ${because}`,
  ],
  [
    "an override that does nothing",
    () => breaker.override({ by: "ops", why: "so" } as never),
    "override.force: is missing (write force, allow, grant or extend)",
  ],
  [
    "an override that is misspelt",
    () => breaker.override({ alow: "s", by: "ops", why: "so" } as never),
    "override.force: is missing (write force, allow, grant or extend); " +
      "override.alow: there is no such option (did you mean `allow`?)",
  ],
  [
    "an override with another word",
    () => breaker.override({ extend: { cost: 5 }, by: "ops", why: "so" } as never),
    "override.extend.cost: there is no such option (did you mean `usd`?)",
  ],
  [
    "guarded(fn)",
    () => guard(search),
    `options: expected a plain object, received undefined (${guardedSo})`,
  ],
  [
    "guarded(fn, registry)",
    () => guard(search, registry),
    `options: expected a plain object, received a registry (${guardedSo})`,
  ],
  [
    "guarded(options, fn)",
    () => guard({ breaker, name: "search" }, search),
    `tool: expected a function, received an object (${guardedSo})`,
  ],
  [
    "guarded without a name",
    () => guard(search, { breaker }),
    `name: expected a text that is not empty, received undefined (${guardedSo})`,
  ],
  [
    "guarded with registry",
    () => guard(search, { registry, name: "search" }),
    "registry: there is no such option (did you mean `breaker`?)",
  ],
  [
    "guarded with options in place of a breaker",
    () => guard(search, { breaker: { budget: { usd: 5 } }, name: "search" }),
    "breaker: expected a registry, a breaker or a function that gives one, received an object. " +
      "If the object holds options, write createRegistry(options).",
  ],
  [
    "guarded with nothing in place of a breaker",
    () => guard(search, { name: "search" }),
    "breaker: expected a registry, a breaker or a function that gives one, received undefined. " +
      "Write createRegistry({ budget: { usd: 5 } }).",
  ],
  [
    "guarded with a function that gives a registry",
    () => guarded(search, { breaker: () => registry as never, name: "search" })(),
    "the function that you gave to guard must return a breaker; it returned a registry",
  ],
];

test.for(misused)("%s", ([, make, error]) => {
  expect(make).toThrow(expect.objectContaining({ message: error }));
});

const badCalls: readonly (readonly [call: unknown, error: string])[] = [
  [{ tool: "search" }, `.kind: ${kinds} (${aCall})`],
  [
    { model: "m" },
    `.kind: ${kinds} (write { kind: "model", model: "gpt-5-mini", prompt: messages })`,
  ],
  [{ to: "b" }, `.kind: ${kinds} (write { kind: "delegation", to: "researcher", task })`],
  ...["name", "toolName"].map((field) => {
    const call = { kind: "tool", [field]: "search" };
    return [call, `.${field}: write \`tool\` in place of \`${field}\`: ${aCall.slice(6)}`] as const;
  }),
  ...["input", "arguments", "params", "parameters"].map((field) => {
    const call = { kind: "tool", tool: "search", [field]: "my password is hunter2" };
    return [call, `.${field}: write \`args\` in place of \`${field}\`: ${aCall.slice(6)}`] as const;
  }),
  [
    { kind: "model", messages: [] },
    '.messages: write `prompt` in place of `messages`: { kind: "model", model: "gpt-5-mini", prompt: messages }',
  ],
  [
    { kind: "delegation", agent: "b" },
    '.agent: write `to` in place of `agent`: { kind: "delegation", to: "researcher", task }',
  ],
];

describe("a call that is written in another way", () => {
  test.for(badCalls)("%o is admitted by no lane", async ([call, error]) => {
    const { lane, breaker: own } = fixture();
    const before = own.snapshot();
    await expect(lane.admit([call as never])).rejects.toThrow(new TypeError(`calls.0${error}`));
    await expect(lane.run(call as never, search)).rejects.toThrow(new TypeError(`call${error}`));
    expect(own.snapshot()).toEqual(before);
  });

  test.for(
    badCalls.filter(([call]) => (call as object as { kind?: string }).kind !== "delegation"),
  )("%o is refused in a loop by hand", async ([call, error]) => {
    const agent = runsOf(createRegistry({ warnings: false }))
      .run("by hand")
      .agent();
    const used = useTool(agent, call as never, search);
    await expect(used).rejects.toThrow(new TypeError(`call${error}`));
    const asked = askModel(
      agent,
      { kind: "model" },
      async () => "answer",
      () => ({
        calls: [call as never],
      }),
    );
    await expect(asked).rejects.toThrow(new TypeError(`calls.0${error}`));
  });
});

const { lane } = fixture();
const call = { kind: "tool", tool: "search" } as const;
const loopAgent = "agent: expected the agent that asRun gives to your loop";
const loopSo = "write asRun(registry, async (agent) => { … })";

test.for<readonly [mistake: string, make: () => Promise<unknown>, error: string]>([
  [
    "lane.run(fn)",
    () => lane.run(search as never, undefined as never),
    `call: expected a call, received a function (${aCall})`,
  ],
  [
    "lane.run(fn, call)",
    () => lane.run(search as never, call as never),
    `call: expected a call, received a function (${aCall})`,
  ],
  [
    "lane.run(call)",
    () => lane.run(call, undefined as never),
    "fn: expected a function, received undefined (write lane.run(call, () => search(args)))",
  ],
  [
    "lane.admit(call)",
    () => lane.admit(call as never),
    "calls: expected a list, received an object (write admit([call]))",
  ],
  [
    "lane.settle(decision, outcome)",
    async () => lane.settle((await lane.admit([call]))[0] as never, { status: "success" }),
    "token.id: expected a string, received undefined (write decision.token)",
  ],
  [
    "lane.settle(token)",
    async () => lane.settle((await lane.admit([call]))[0].token, undefined as never),
    'outcome: expected an outcome, received undefined (write { status: "success", result })',
  ],
  [
    "asRun(registry)",
    () => asRun(registry, undefined as never),
    "body: expected a function, received undefined (write asRun(registry, async (agent) => { … }))",
  ],
  [
    "asRun(fn, registry)",
    () => asRun(search as never, registry as never),
    "body: expected a function, received a registry (write asRun(registry, async (agent) => { … }))",
  ],
  [
    "askModel(registry, …)",
    () =>
      askModel(
        registry as never,
        { kind: "model" },
        async () => "",
        () => ({ calls: [] }),
      ),
    `${loopAgent}, received a registry (${loopSo})`,
  ],
  [
    "useTool(name, …)",
    () => useTool("researcher" as never, call, search),
    `${loopAgent}, received a text (${loopSo})`,
  ],
])("%s", async ([, make, error]) => {
  await expect(make()).rejects.toThrow(new TypeError(error));
});

test("a mistake in a registry's options leaves nothing behind", () => {
  expect(() => registry.breaker({ budgt: {} } as never)).toThrow("did you mean `budget`?");
  expect(registry.breaker().spending.modelCalls).toBe(0);
});
