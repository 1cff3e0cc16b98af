import { describe, expect, test } from "vitest";
import { createRegistry, type Registry } from "../src/breaker/registry.ts";
import { insideOf, type Breaker } from "../src/breaker/breaker.ts";
import type { BreakerOptions } from "../src/breaker/breaker-options.ts";
import type { GuardOptions } from "../src/options/guard-options.ts";
import type { StopSelector } from "../src/vocabulary/stop.ts";
import { CircuitOpenError } from "../src/vocabulary/errors.ts";
import { findCircuitOpen } from "../src/vocabulary/find-circuit-open.ts";
import type { Store } from "../src/ports/store.ts";
import { memoryStore } from "../src/store/memory-store.ts";
import { listen, success, trip, use } from "./support/breakers.ts";
import { manualClock } from "./support/clock.ts";

const ops = { by: "ops", why: "runaway agents" } as const;
const mended = { by: "ops", why: "mended" } as const;
const model = { kind: "model", model: "m" } as const;
const handOff = { kind: "delegation", to: "helper", task: "port" } as const;
const whose = { session: "s", user: "42", app: "shop", organisation: "acme" } as const;

function fixture(options: GuardOptions = {}) {
  const clock = manualClock();
  const registry = createRegistry({ ...options, ports: { clock } });
  return { clock, registry, events: listen(registry) };
}

let asked = 0;

/** What a call of something new meets. */
const meets = (breaker: Breaker) => breaker.agent("a").admitSync([use((asked += 1))])[0].verdict;

describe("stop: the runs that it reaches", () => {
  test.each<[selector: StopSelector, run: BreakerOptions, verdict: string]>([
    [{}, {}, "open"],
    [{}, { accounts: whose }, "open"],
    [{ user: "42" }, { accounts: whose }, "open"],
    [{ user: "42" }, { accounts: { user: "43" } }, "allow"],
    [{ user: "42" }, { accounts: { session: "42" } }, "allow"],
    [{ user: "42" }, {}, "allow"],
    [{ session: "s" }, { accounts: whose }, "open"],
    [{ app: "shop" }, { accounts: whose }, "open"],
    [{ organisation: "acme" }, { accounts: whose }, "open"],
    [{ user: "42", app: "shop" }, { accounts: whose }, "open"],
    [{ user: "42", app: "other" }, { accounts: whose }, "allow"],
    [{ run: "nightly" }, { name: "nightly" }, "open"],
    [{ run: "nightly" }, { name: "weekly" }, "allow"],
    [{ run: "nightly", user: "42" }, { name: "nightly" }, "allow"],
  ])("%j, a run with %j: %s", (selector, run, verdict) => {
    const before = fixture();
    const running = before.registry.breaker(run);
    before.registry.stop(selector, ops);
    expect(meets(running)).toBe(verdict);

    const after = fixture();
    after.registry.stop(selector, ops);
    expect(meets(after.registry.breaker(run))).toBe(verdict);
  });

  test("one run, by the id in its error and its events", () => {
    const { registry } = fixture();
    const [one, other] = [registry.breaker(), registry.breaker()];
    registry.stop({ run: one.id }, ops);
    expect([meets(one), meets(other)]).toEqual(["open", "allow"]);
  });

  test("no run of another registry", () => {
    const { registry } = fixture();
    registry.stop({}, ops);
    expect(meets(fixture().registry.breaker())).toBe("allow");
  });

  test.each<[fault: string, selector: unknown, options: unknown, text: string]>([
    ["an id that was not found", { user: undefined }, ops, "stop.user: expected a text"],
    ["an empty id", { user: "" }, ops, "stop.user: expected a text that is not empty"],
    ["an unknown account", { usr: "42" }, ops, "stop.usr: there is no such option"],
    ["a promise of a selector", Promise.resolve({ user: "42" }), ops, "expected a plain object"],
    ["a map", new Map([["user", "42"]]), ops, "stop: expected a plain object"],
    ["a list", ["42"], ops, "stop: expected a plain object"],
    ["no selector", undefined, ops, "stop: expected"],
    ["no reason", {}, { by: "ops", why: "" }, "stop.why: expected a reason"],
    ["no operator", {}, { why: "so" }, "stop.by: is missing"],
    ["no time", {}, { ...ops, until: Number.NaN }, "stop.until: expected a moment"],
    [
      "a time that has passed",
      {},
      { ...ops, until: 1_000_000 },
      "stop.until: expected a moment in the future",
    ],
    ["nothing said", {}, undefined, "stop: expected"],
  ])("%s is an error, and stops no run", (_, selector, options, text) => {
    const { registry } = fixture();
    expect(() => registry.stop(selector as never, options as never)).toThrow(text);
    expect(meets(registry.breaker())).toBe("allow");
  });
});

describe("stop: a running run", () => {
  test.each([use("new"), model, handOff])("no call starts: %j", async (call) => {
    const { registry } = fixture();
    const lane = registry.breaker().agent("a");
    await lane.run(use("before"), () => "ran");
    registry.stop({}, ops);
    let ran = 0;
    const error = await lane.run(call, () => (ran += 1)).catch((thrown: unknown) => thrown);
    expect(ran).toBe(0);
    expect(findCircuitOpen(error)).toBeInstanceOf(CircuitOpenError);
  });

  test("its signal is aborted at once, with the error whose finding says by whom and why", () => {
    const { registry } = fixture();
    const breaker = registry.breaker();
    const { signal } = breaker;
    registry.stop({}, ops);
    const error = findCircuitOpen(signal.reason);
    expect(error?.report).toMatchObject({ run: breaker.id, reason: "manual", finding: ops });
  });

  test("the error's message, which may become the run's answer, holds no word of the operator", () => {
    const { registry } = fixture();
    const breaker = registry.breaker();
    const { signal } = breaker;
    registry.stop({}, ops);
    expect(findCircuitOpen(signal.reason)?.message).toBe(
      "guard stopped this run (manual): an operator stopped it.",
    );
  });

  test("a call that passed and has not started does not start; guard books one in flight", () => {
    const { registry } = fixture();
    const breaker = registry.breaker();
    const lane = breaker.agent("a");
    const [inFlight, waiting] = lane.admitSync([use(1), use(2)]);
    registry.stop({}, ops);
    expect(lane.check(waiting).verdict).toBe("open");
    const usage = { inputTokens: 10, outputTokens: 1, usd: 0.5 };
    lane.settleSync(inFlight.token, { ...success(), usage });
    expect(breaker.spending.usd).toBe(0.5);
  });

  test("no reset, no forcing and no grant starts anything while it holds", () => {
    const { registry } = fixture();
    const breaker = registry.breaker();
    registry.stop({}, ops);
    breaker.reset();
    breaker.endRun();
    breaker.override({ force: "closed", ...mended });
    breaker.override({ grant: "tool", times: 9, ...mended });
    breaker.override({ extend: { toolCalls: 9 }, ...mended });
    expect(meets(breaker)).toBe("open");
  });

  test("a run that guard only watches is stopped like any other, also when the stop is lifted", () => {
    const { registry } = fixture({ mode: "observe" });
    const breaker = registry.breaker();
    const { signal } = breaker;
    const stop = registry.stop({}, ops);
    expect([meets(breaker), signal.aborted]).toEqual(["open", true]);
    stop.lift(mended);
    expect(meets(breaker)).toBe("open");
  });

  test("a run that has tripped before never probes, and gets no last answer", () => {
    const { registry, clock } = fixture();
    const breaker = registry.breaker();
    trip(breaker.agent("a"));
    const inside = insideOf(breaker);
    expect(inside.grantLastAnswer()).toBeTypeOf("function");
    const stop = registry.stop({}, ops);
    expect(inside.grantLastAnswer()).toBeUndefined();
    stop.lift(mended);
    clock.advance(24 * 3_600_000);
    expect(inside.grantLastAnswer()).toBeUndefined();
    expect(breaker.agent("a").admitSync([model])[0].verdict).toBe("open");
    expect(breaker.trip).toMatchObject({ reason: "manual" });
  });

  test("an earlier grant of a last answer does not pass", () => {
    const { registry } = fixture();
    const breaker = registry.breaker();
    const lane = breaker.agent("a");
    trip(lane);
    insideOf(breaker).grantLastAnswer();
    const [granted] = lane.admitSync([model]);
    expect(granted.verdict).toBe("allow");
    registry.stop({}, ops).lift(mended);
    expect(lane.check(granted).verdict).toBe("open");
  });

  test("a call that waits for a slow store does not start, and guard releases its hold", async () => {
    const { registry } = fixture({ limits: { user: { usd: 1 } }, store: slowStore() });
    const lane = registry.breaker({ accounts: whose }).agent("a");
    const waiting = lane.admit([{ ...use("x"), estimate: { usd: 0.5 } }]);
    registry.stop({ user: "42" }, ops);
    expect((await waiting)[0].verdict).toBe("open");
    expect(await registry.balances("user:42")).toMatchObject([
      { usd: 0, reservedUsd: 0, toolCalls: 0 },
    ]);
    expect((await registry.ledger.audit()).ok).toBe(true);
  });

  test("a listener to the stop can't start other work", () => {
    const { registry } = fixture();
    const [one, other] = [registry.breaker(), registry.breaker()];
    const met: string[] = [];
    one.signal.addEventListener("abort", () => met.push(meets(other)));
    registry.on("stop", () => met.push(meets(other)));
    registry.stop({}, ops);
    expect(met).toEqual(["open", "open"]);
  });
});

describe("stop: when it ends", () => {
  const lives: readonly [what: string, options: BreakerOptions, after: string][] = [
    ["one run", {}, "open"],
    ["a breaker with a name", { name: "nightly" }, "allow"],
    ["a shared breaker", { shared: true }, "allow"],
  ];

  test.each(lives)("%s that was running, after the stop is lifted", (_, options, after) => {
    const { registry } = fixture();
    const breaker = registry.breaker(options);
    registry.stop({}, ops).lift(mended);
    expect([meets(breaker), breaker.signal.aborted]).toEqual([after, after === "open"]);
  });

  test.each(lives)("%s that was running, after the stop's time", (_, options, after) => {
    const { registry, clock } = fixture();
    const breaker = registry.breaker(options);
    registry.stop({}, { ...ops, until: clock() + 1_000 });
    clock.advance(999);
    expect(meets(breaker)).toBe("open");
    clock.advance(1);
    expect(meets(breaker)).toBe(after);
  });

  test.each(lives)("%s from during the stop goes on", (_, options) => {
    const { registry } = fixture();
    const stop = registry.stop({}, ops);
    const breaker = registry.breaker(options);
    expect([meets(breaker), breaker.state, breaker.signal.aborted]).toEqual([
      "open",
      "forced-open",
      true,
    ]);
    stop.lift(mended);
    expect([meets(breaker), breaker.state, breaker.signal.aborted]).toEqual([
      "allow",
      "closed",
      false,
    ]);
  });

  test("a stopped run goes on when it has ended and begins again", () => {
    const { registry } = fixture();
    const breaker = registry.breaker();
    registry.stop({}, ops).lift(mended);
    breaker.endRun();
    expect(meets(breaker)).toBe("allow");
  });

  test("a snapshot of a stopped run is stopped", () => {
    const { registry } = fixture();
    const breaker = registry.breaker();
    registry.stop({}, ops).lift(mended);
    expect(meets(fixture().registry.breaker({ restore: breaker.snapshot() }))).toBe("open");
  });

  test("the second of two stops holds on", () => {
    const { registry } = fixture();
    const breaker = registry.breaker({ name: "nightly", accounts: whose });
    const [all, one] = [registry.stop({}, ops), registry.stop({ user: "42" }, ops)];
    all.lift(mended);
    expect(meets(breaker)).toBe("open");
    one.lift(mended);
    expect(meets(breaker)).toBe("allow");
  });

  test("a named breaker's own trip outlives the stop", () => {
    const { registry } = fixture({ store: memoryStore() });
    const breaker = registry.breaker({ name: "nightly" });
    trip(breaker.agent("a"));
    registry.stop({}, ops).lift(mended);
    expect([meets(breaker), breaker.trip?.reason]).toEqual(["open", "loop"]);
  });

  test("lifting asks by whom and why, and does nothing a second time", async () => {
    const { registry, events } = fixture();
    const [first, second] = [registry.stop({}, ops), registry.stop({}, ops)];
    expect(() => first.lift({ by: "ops", why: "" })).toThrow("lift.why: expected a reason");
    first.lift(mended);
    first.lift(mended);
    expect(meets(registry.breaker())).toBe("open");
    second.lift(mended);
    expect(meets(registry.breaker())).toBe("allow");
    expect(events.filter(({ type }) => type === "stop-lifted").length).toBe(2);
  });
});

describe("stop: events and ledger", () => {
  test("events: the stop, then those of each run", () => {
    const { registry, events } = fixture();
    const { id: run } = registry.breaker();
    registry.breaker({ name: "nightly" });
    const handle = registry.stop({}, ops);
    handle.lift(mended);
    const stop = { id: handle.id, force: "open", of: {}, ...ops };
    expect(events).toMatchObject([
      { type: "stop", run: "", stop },
      { type: "transition", run, from: "closed", to: "open", observed: false },
      { type: "trip", run, observed: false, report: { finding: { rule: "manual", ...ops } } },
      { type: "transition", run: "nightly", from: "closed", to: "forced-open" },
      { type: "stop-lifted", run: "", stop, ...mended },
      { type: "transition", run, from: "forced-open", to: "open" },
      { type: "transition", run: "nightly", from: "forced-open", to: "closed" },
    ]);
  });

  test("the ledger: the stop, the trip of each run, the lift; and the audit agrees", async () => {
    const { registry } = fixture({ limits: { user: { usd: 1 } } });
    const breaker = registry.breaker({ accounts: whose });
    const lane = breaker.agent("a");
    const [call] = lane.admitSync([use("x")]);
    const stop = registry.stop({ user: "42" }, ops);
    lane.settleSync(call.token, success());
    stop.lift(mended);
    expect(await told(registry)).toMatchObject([
      { type: "stop", stop: { of: { user: "42" }, ...ops } },
      { type: "trip", run: breaker.id, report: { finding: ops } },
      { type: "stop-lifted", stop: { id: stop.id }, ...mended },
    ]);
    expect((await registry.ledger.audit()).ok).toBe(true);
  });

  test("the event of a stop of one run has the run's id", async () => {
    const { registry } = fixture();
    registry.stop({ run: "nightly" }, ops);
    expect(await registry.ledger.entries({ run: "nightly" })).toMatchObject([{ type: "stop" }]);
  });

  test("a stop works with a ledger that fails", () => {
    const failing = { append: () => Promise.reject(new Error("disk full")), read: () => [] };
    const { registry } = fixture({ ledger: failing });
    const breaker = registry.breaker();
    registry.stop({}, ops).lift(mended);
    expect(meets(breaker)).toBe("open");
  });
});

/** A store that answers later. */
function slowStore(): Store {
  const store = memoryStore({ clock: manualClock() });
  return {
    get: async (key) => store.get(key),
    compareAndSet: async (writes) => store.compareAndSet(writes),
    list: async (prefix) => store.list(prefix),
    close: async () => store.close(),
  };
}

/** The entries of the ledger that are about stops and trips. */
async function told({ ledger }: Registry) {
  const types = new Set(["stop", "trip", "stop-lifted"]);
  return (await ledger.entries()).filter(({ type }) => types.has(type));
}
