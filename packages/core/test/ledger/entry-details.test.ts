// What the entries of the ledger say about a call and its result, beside the decision and the postings.
import { describe, expect, test } from "vitest";
import type { BreakerLane } from "../../src/breaker/breaker-lane.ts";
import type { Lane } from "../../src/breaker/lane.ts";
import { memoryLedger } from "../../src/ledger/memory-ledger.ts";
import type { GuardOptions } from "../../src/options/guard-options.ts";
import type { LedgerEntry } from "../../src/ports/ledger.ts";
import type { Call, ModelCall, Outcome } from "../../src/vocabulary/call.ts";
import { house } from "../support/accounts.ts";
import { success, use } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";

const model: ModelCall = { kind: "model", model: "m" };
const search = (args: unknown): Call => ({ kind: "tool", tool: "search", args });

/** A registry with a ledger of the user's own, and its entries by type. */
function books(options: GuardOptions = {}) {
  const ledger = memoryLedger();
  const made = house({ ledger, ...options });
  const ofType = <Type extends LedgerEntry["type"]>(type: Type) =>
    ledger.read({ type }) as readonly Extract<LedgerEntry, { type: Type }>[];
  return { ...made, decisions: () => ofType("decision"), results: () => ofType("settlement") };
}

/** Asks for the calls of one answer, and lets them come back. */
async function answer(lane: Lane, ...calls: readonly Call[]): Promise<void> {
  const decisions = await lane.admit(calls);
  for (const { token } of decisions) await lane.settle(token, success(token.id));
}

/** The hashes of the inputs of calls, each in a run of its own. */
const inputs = async (...calls: readonly Call[]) => {
  const { run, decisions } = books();
  for (const call of calls) await answer(run(), call);
  return decisions().map(({ inputHash }) => inputHash);
};

/** The settlements of outcomes, each in a run of its own. */
const outputs = async (outcomes: readonly Outcome[]) => {
  const { run, results } = books();
  for (const outcome of outcomes) {
    const lane = run();
    const [{ token }] = await lane.admit([use()]);
    await lane.settle(token, outcome);
  }
  return results();
};

describe("a decision says where the call stands", () => {
  test("the round: all calls of one answer share it, and a model call has the round before", async () => {
    const { run, decisions } = books();
    const lane = run();
    await answer(lane, model);
    await answer(lane, use(1), use(2));
    await answer(lane, model);
    await answer(lane, use(3), { kind: "delegation", to: "writer", task: "intro" });
    await answer(lane, model);
    expect(decisions().map(({ kind, round }) => [kind, round])).toEqual([
      ["model", 0],
      ["tool", 1],
      ["tool", 1],
      ["model", 1],
      ["tool", 2],
      ["delegation", 2],
      ["model", 2],
    ]);
  });

  test("the round of calls that guard refuses", async () => {
    const { registry, decisions } = books({ budget: { toolCalls: 1 } });
    const lane = registry.breaker().agent();
    for (const what of [1, 2, 3]) await answer(lane, use(what));
    await answer(registry.breaker({ budget: { toolCalls: 0 } }).agent("late"), use(1));
    expect(decisions().map(({ verdict, round }) => [verdict, round])).toEqual([
      ["allow", 1],
      ["open", 2],
      ["open", 3],
      ["open", 1],
    ]);
  });

  test("a lane that begins after the stop of its run is in its first round", async () => {
    const { registry, decisions } = books({ budget: { toolCalls: 0 } });
    const breaker = registry.breaker();
    await answer(breaker.agent("first"), use(1));
    await answer(breaker.agent("late"), use(2), use(3));
    await answer(breaker.agent("later"), model);
    expect(decisions().map(({ round }) => round)).toEqual([1, 1, 1, 0]);
  });

  test("a refused call that runs all the same begins no round", async () => {
    const { run, decisions } = books();
    const lane = run() as BreakerLane;
    for (let step = 0; step < 3; step += 1) {
      const [decision] = await lane.admit([use()]);
      await lane.settle(decision.token, success());
    }
    const [refused] = await lane.admit([use()]);
    lane.runAnyway(refused, use());
    expect(decisions().map(({ executed, round }) => [executed, round])).toEqual([
      [true, 1],
      [true, 2],
      [true, 3],
      [false, 4],
      [true, 4],
    ]);
  });

  test("the turn, and rounds that go on over turns", async () => {
    const { run, decisions } = books();
    const lane = run();
    lane.userMessage("one");
    await answer(lane, use(1));
    lane.userMessage("two");
    await answer(lane, model);
    await answer(lane, use(2));
    lane.userMessage("three");
    await answer(lane, use(3));
    expect(decisions().map(({ turn, round }) => [turn, round])).toEqual([
      [1, 1],
      [2, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  test("without a user's message the turn is 1", async () => {
    const { run, decisions } = books();
    await answer(run(), use(1));
    expect(decisions()).toMatchObject([{ turn: 1 }]);
  });

  test("each lane has rounds of its own", async () => {
    const { registry, decisions } = books();
    const breaker = registry.breaker();
    const [a, b, other] = [breaker.agent("a"), breaker.agent("b"), breaker.agent("a", "2")];
    await answer(a, use(1));
    await answer(a, use(2));
    await answer(b, use(3));
    await answer(other, use(4));
    expect(decisions().map(({ lane, round }) => [lane, round])).toEqual([
      ["a", 1],
      ["a", 2],
      ["b", 1],
      ["a\n2", 1],
    ]);
  });

  test("a run that goes on from a snapshot goes on in its turn and its round", async () => {
    const { registry, decisions } = books();
    const before = registry.breaker();
    const lane = before.agent();
    lane.userMessage("one");
    await answer(lane, use(1));
    lane.userMessage("two");
    await answer(lane, use(2));
    const snapshot = JSON.parse(JSON.stringify(before.snapshot()));
    const after = registry.breaker({ restore: snapshot }).agent();
    await answer(after, model);
    await answer(after, use(3));
    expect(decisions().map(({ turn, round }) => [turn, round])).toEqual([
      [1, 1],
      [2, 2],
      [2, 2],
      [2, 3],
    ]);
  });

  test("a run begins again after its end", async () => {
    const { registry, decisions } = books();
    const breaker = registry.breaker();
    const lane = breaker.agent();
    lane.userMessage("one");
    await answer(lane, use(1));
    breaker.endRun();
    lane.userMessage("two");
    await answer(lane, use(2));
    expect(decisions().map(({ turn, round }) => [turn, round])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  test.for([
    ["delete_file", undefined, "mutating"],
    ["search", undefined, "read"],
    ["use", undefined, "unknown"],
    ["use", "polling", "polling"],
  ] as const)("the policy of the tool %s, declared as %s: %s", async ([tool, policy, expected]) => {
    const { run, decisions } = books();
    await answer(run(), { kind: "tool", tool, ...(policy && { policy }) });
    expect(decisions()).toMatchObject([{ policy: expected }]);
  });

  test.for([
    ["none", {}, {}],
    ["a user", { user: "42" }, { accounts: { user: "42" } }],
    [
      "a session",
      { session: "s-1", user: "42" },
      { accounts: { session: "s-1", user: "42" }, session: "s-1" },
    ],
  ] as const)("the accounts and the session: %s", async ([, accounts, expected]) => {
    const { run, decisions } = books();
    await answer(run({ accounts }), use(1));
    const [{ accounts: given, session }] = decisions() as [ReturnType<typeof decisions>[0]];
    expect({ ...(given && { accounts: given }), ...(session && { session }) }).toEqual(expected);
  });

  test("half an emoji at the end of a long name is replaced", async () => {
    const { run, decisions } = books();
    await answer(run(), { kind: "tool", tool: `${"x".repeat(127)}\u{1F600}` });
    expect(decisions()[0]!.tool).toBe(`${"x".repeat(127)}\u{FFFD}`);
  });
});

describe("hashes", () => {
  test.for([
    ["another order of keys", search({ q: "x", page: 1 }), search({ page: 1, q: "x" })],
    ["JSON text", search({ q: "x", page: 1 }), search('{"page":1,"q":"x"}')],
    [
      "a function that returns the prompt",
      { ...model, prompt: [{ role: "user", content: "hi" }] },
      { ...model, prompt: () => [{ content: "hi", role: "user" }] },
    ],
  ] as const)("the same input has the same hash: %s", async ([, one, two]) => {
    const [first, second] = await inputs(one, two);
    expect(first).toMatch(/^[0-9a-f]{24}$/);
    expect(second).toBe(first);
  });

  test.for([
    ["arguments", search({ q: "x" }), search({ q: "y" })],
    [
      "an id that guard ignores in loops",
      search({ request_id: 1, q: "x" }),
      search({ request_id: 2, q: "x" }),
    ],
    ["prompts", { ...model, prompt: "a" }, { ...model, prompt: "b" }],
    ["prompts of functions", { ...model, prompt: () => "a" }, { ...model, prompt: () => "b" }],
    [
      "tasks",
      { kind: "delegation", to: "b", task: "one" },
      { kind: "delegation", to: "b", task: "two" },
    ],
  ] as const)("different inputs have different hashes: %s", async ([, one, two]) => {
    const [first, second] = await inputs(one, two);
    expect(second).not.toBe(first);
  });

  test.for([
    ["a tool without arguments", { kind: "tool", tool: "search" }],
    ["a model without a prompt", model],
    ["a delegation without a task", { kind: "delegation", to: "b" }],
    [
      "a prompt that throws",
      {
        ...model,
        prompt: () => {
          throw new Error("no");
        },
      },
    ],
  ] as const)("no input, no hash: %s", async ([, call]) => {
    expect(await inputs(call as Call)).toEqual([undefined]);
  });

  test.for([
    ["the default ledger", {}, false],
    ["a ledger of the user's own", { ledger: memoryLedger() }, true],
  ] as const)("%s", async ([, options, isHashed]) => {
    const { registry, run } = house(options);
    await answer(run(), search({ q: "x" }));
    const entries = await registry.ledger.entries();
    const found = entries.map((entry) => Object.keys(entry).filter((key) => key.endsWith("Hash")));
    const all = [["inputHash"], ["outputHash", "maskedOutputHash"]];
    expect(found).toEqual(isHashed ? all : [[], []]);
  });

  test.for([
    ["the same", "port 443", "port 443", [true, true]],
    ["another time", "at 2026-11-29T12:00:00Z", "at 2026-11-29T12:00:09Z", [false, true]],
    ["another text", "port 443", "no port", [false, false]],
    ["another order of keys", { a: 1, b: 2 }, { b: 2, a: 1 }, [true, true]],
  ] as const)("of results, exact and masked: %s", async ([, one, two, same]) => {
    const [a, b] = await outputs([success(one), success(two)]);
    const isSame = [a!.outputHash === b!.outputHash, a!.maskedOutputHash === b!.maskedOutputHash];
    expect(isSame).toEqual(same);
    expect(a!.outputHash).toMatch(/^[0-9a-f]{24}$/);
  });

  test("a failure with the text of a result has another hash", async () => {
    const [a, b] = await outputs([success("x"), { status: "failure", error: "x" }]);
    expect(a!.outputHash).not.toBe(b!.outputHash);
    expect(b!.outputHash).toMatch(/^[0-9a-f]{24}$/);
  });

  test.for([
    ["a success without a result", { status: "success" }],
    ["an aborted call", { status: "ignored" }],
    ["an unseen result", { status: "unknown" }],
  ] as const)("no result, no hash: %s", async ([, outcome]) => {
    const [result] = await outputs([outcome]);
    expect(result).toMatchObject({ status: outcome.status, nanoUsd: 0, durationMs: 0 });
    expect(result).not.toHaveProperty("outputHash");
    expect(result).not.toHaveProperty("maskedOutputHash");
  });
});

describe("a settlement says what the call has used", () => {
  test.for([
    [
      "every kind of token",
      {
        inputTokens: 900,
        cachedInputTokens: 800,
        cacheWriteTokens: 20,
        outputTokens: 40,
        usd: 0.5,
      },
      {
        inputTokens: 900,
        cachedInputTokens: 800,
        cacheWriteTokens: 20,
        outputTokens: 40,
        nanoUsd: 5e8,
      },
    ],
    [
      "0 tokens",
      { inputTokens: 0, outputTokens: 0 },
      { inputTokens: 0, outputTokens: 0, nanoUsd: 0 },
    ],
    ["what was not reported is absent", { outputTokens: 40 }, { outputTokens: 40, nanoUsd: 0 }],
    [
      "a figure that can't be is absent",
      { inputTokens: -5, outputTokens: 7 },
      { outputTokens: 7, nanoUsd: 0 },
    ],
    ["nothing", {}, { nanoUsd: 0 }],
  ] as const)("%s", async ([, usage, expected]) => {
    const { run, results } = books();
    const lane = run();
    const [{ token }] = await lane.admit([model]);
    await lane.settle(token, { status: "success", result: "ok", usage });
    const [{ nanoUsd, inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens }] =
      results() as [ReturnType<typeof results>[0]];
    const told = { nanoUsd, inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens };
    expect(JSON.parse(JSON.stringify(told))).toEqual(expected);
  });

  test("the declared price of a tool", async () => {
    const { run, results } = books({ tools: { use: { usd: 0.25 } } });
    await answer(run(), use());
    expect(results()).toMatchObject([{ nanoUsd: 250_000_000 }]);
  });

  test("a call that was never made has used nothing, also if guard held something for it", async () => {
    const { run, results } = books({ budget: { usd: 5 } });
    const lane = run();
    const [{ token }] = await lane.admit([{ ...model, estimate: { usd: 2 } }]);
    await lane.release(token);
    const [{ postings: _, ...released }] = results() as [ReturnType<typeof results>[0]];
    const { run: id, at, call } = released;
    expect(released).toEqual({
      type: "settlement",
      status: "released",
      nanoUsd: 0,
      run: id,
      at,
      call,
    });
  });

  test("the duration, by the monotonic clock", async () => {
    const [clock, monotonic] = [manualClock(), manualClock(5)];
    const ledger = memoryLedger();
    const { run } = house({ ledger, ports: { monotonic } }, clock);
    const lane = run();
    const [one, two] = await lane.admit([use(1), use(2)]);
    clock.advance(-3_600_000);
    monotonic.advance(1_500.4);
    await lane.settle(one.token, success(1));
    monotonic.advance(500);
    await lane.settle(two.token, success(2));
    const times = ledger
      .read({ type: "settlement" })
      .map((entry) => entry.type === "settlement" && entry.durationMs);
    expect(times).toEqual([1_500, 2_000]);
  });

  test("a call that began in another process has no duration", async () => {
    const { registry, clock, results } = books();
    const before = registry.breaker();
    const [{ token }] = await before.agent().admit([use()]);
    const after = registry.breaker({ restore: before.snapshot() });
    clock.advance(1_000);
    await after.agent().settle(token, success());
    expect(results()[0]).not.toHaveProperty("durationMs");
  });

  test.for([
    ["a call of the run", {}, []],
    ["a call of a shared account", { user: { usd: 5 } }, [1_000]],
  ] as const)("a run has ended, and a result comes late: %s", async ([, limits, durations]) => {
    const { registry, clock, results } = books({ limits });
    const breaker = registry.breaker({ accounts: { user: "u" } });
    const lane = breaker.agent();
    const [{ token }] = await lane.admit([use()]);
    breaker.endRun();
    clock.advance(1_000);
    await lane.settle(token, success());
    expect(results().map(({ durationMs }) => durationMs)).toEqual(durations);
  });
});

describe("hostile input", () => {
  const canary = "swordfish-7f3a";
  const cycle: Record<string, unknown> = { canary };
  cycle["self"] = cycle;
  const trap = {
    get a(): never {
      throw new Error(canary);
    },
  };
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const deep = JSON.parse(`${"[".repeat(5_000)}"${canary}"${"]".repeat(5_000)}`) as unknown;

  test.for([
    ["a text", canary],
    ["a cycle", cycle],
    ["a getter that throws", trap],
    ["a proxy that was revoked", revoked.proxy],
    ["a deep list", deep],
    ["10 MB", `${canary} `.repeat(700_000)],
    [
      "a map, a set, a date, bytes",
      [new Map([[canary, 1]]), new Set([canary]), new Date(0), new TextEncoder().encode(canary)],
    ],
    ["a function, a symbol, a large integer", [() => canary, Symbol(canary), 10n ** 30n]],
    ["an error", new Error(canary)],
  ] as const)("no entry holds any of it, and nothing throws: %s", async ([, hostile]) => {
    const { registry, run, events } = books();
    const lane = run();
    const calls: readonly Call[] = [
      use(hostile),
      { kind: "delegation", to: "b", task: hostile },
      { ...model, prompt: hostile },
      { ...model, prompt: () => hostile },
    ];
    const outcomes: readonly Outcome[] = [
      success(hostile),
      { status: "failure", error: hostile },
      success(hostile),
      { status: "ignored", streamed: canary },
    ];
    for (const [index, call] of calls.entries()) {
      const [{ token }] = await lane.admit([call]);
      await lane.settle(token, outcomes[index]!);
    }
    const entries = await registry.ledger.entries();
    expect(entries).toHaveLength(8);
    expect(JSON.stringify(entries)).not.toContain(canary);
    expect(events.filter(({ type }) => type === "port-error")).toEqual([]);
  });
});
