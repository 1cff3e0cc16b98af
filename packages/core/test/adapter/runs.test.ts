// Runs: where they take their breaker from, how they begin and end, and what they say of guards that are misplaced.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { runsOf, type BreakerSource, type RunOptions } from "../../src/adapter/index.ts";
import { createBreaker } from "../../src/breaker/breaker.ts";
import { createRegistry } from "../../src/breaker/registry.ts";
import { OptionsError } from "../../src/vocabulary/errors.ts";
import { cooldownMs, fixture, listen, use } from "../support/breakers.ts";
import { manualClock } from "../support/clock.ts";

const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
beforeEach(() => warn.mockClear());

const quiet = { warnings: false };

let roots = 0;

/** The id of a root run: no two runs of a process have the same. */
const newId = () => `root ${(roots += 1)}`;

/** What begins runs under this source, each with an id of its own. */
const startOn =
  (source: BreakerSource, options: RunOptions = {}) =>
  (id = newId()) =>
    runsOf(source).run(id, options);

/** What the console has been told of so far, after tools were guarded without their model. */
const namedBy = (options: { readonly warnings?: boolean }) => {
  startOn(createBreaker(options), { isReported: false })().works("a", "Guard the model too.");
  return warn.mock.calls.flat();
};

describe("runsOf", () => {
  test("gives the same runs for the same source, and a run for the same id", () => {
    const registry = createRegistry();
    expect(runsOf(registry)).toBe(runsOf(registry));
    const run = startOn(registry)();
    expect(runsOf(registry).run(run.id)).toBe(run);
    expect(runsOf(registry)).not.toBe(runsOf(createRegistry()));
  });

  test.for([undefined, null, 1, "breaker", {}, []])("refuses %j", (source) => {
    expect(() => runsOf(source as BreakerSource)).toThrow(OptionsError);
  });

  test("what adapters can do about a trip adds up; a run that is to do anything else does not begin", () => {
    const breaker = createBreaker({ onTrip: "route" });
    expect(() => startOn(breaker)()).toThrow('onTrip: expected "throw" here, received "route"');
    runsOf(breaker, { exits: ["finish"] });
    expect(() => startOn(breaker)()).toThrow('expected "throw" or "finish" here');
    expect(runsOf(breaker, { exits: ["route"] }).run(newId()).breaker).toBe(breaker);
  });
});

describe("the breaker of a run", () => {
  test("a registry makes one for each root run, which ends with it", async () => {
    const registry = createRegistry();
    const start = startOn(registry);
    const [one, two] = [start(), start()];
    expect(one.breaker).not.toBe(two.breaker);
    const events = listen(one.breaker);
    await one.end();
    expect(events).toMatchObject([{ type: "run-ended" }]);
  });

  test("a breaker is shared on purpose, and ended by its owner", async () => {
    const breaker = createRegistry().breaker();
    const events = listen(breaker);
    const run = startOn(breaker)();
    expect(run.breaker).toBe(breaker);
    await run.end();
    expect(events).toEqual([]);
  });

  test("a function is asked once for each root run", () => {
    const given: unknown[] = [];
    const source = () => {
      const breaker = createBreaker();
      given.push(breaker);
      return breaker;
    };
    const run = startOn(source)();
    expect([run.breaker, run.breaker, startOn(source)().breaker]).toEqual([
      given[0],
      given[0],
      given[1],
    ]);
  });

  test("a run that begins inside another's tool has its breaker", () => {
    const start = startOn(createRegistry());
    const outer = start();
    outer.agent();
    const inner = outer.within(() => start());
    expect(inner.breaker).toBe(outer.breaker);
    expect(start().breaker).not.toBe(outer.breaker);
  });
});

describe("a run that its framework ends", () => {
  test("is found for 20,000 more; of one that is under way all is found", async () => {
    const start = startOn(createRegistry());
    const alive = start();
    await alive.agent().request({ kind: "model" });
    const [early, late] = [start(), start()];
    await early.end();
    for (let other = 0; other < 19_999; other += 1) await start().end();
    expect([start(alive.id), start(early.id)]).toEqual([alive, early]);
    await late.end();
    expect([start(alive.id), start(late.id)]).toEqual([alive, late]);
    expect(start(early.id)).not.toBe(early);
  });

  test("without a word it ends after an hour, if none of its calls is open", async () => {
    const clock = manualClock();
    const registry = createRegistry({ ports: { clock } });
    const events = listen(registry);
    const start = startOn(registry);
    const [idle, open] = [start(), start()];
    await idle.agent().answered((await idle.agent().request({ kind: "model" })).key, { calls: [] });
    await open.agent().request({ kind: "model" });
    clock.advance(3_600_000);
    start();
    await new Promise(setImmediate);
    expect(events.map(({ type, run }) => [type, run])).toEqual([["run-ended", idle.breaker.id]]);
  });
});

test("regression: a run whose end is reported twice at the same time ends once", async () => {
  const registry = createRegistry();
  const events = listen(registry);
  const run = startOn(registry)();
  await run.agent().answered((await run.agent().request({ kind: "model" })).key, { calls: [] });
  await Promise.all([run.end(), run.end()]);
  await run.end();
  expect(events.map(({ type }) => type)).toEqual(["run-ended"]);
});

describe("misplaced guards", () => {
  test("two root runs at the same time on a breaker that is not shared", async () => {
    const { breaker, told } = fixture(quiet);
    const start = startOn(breaker);
    const one = start();
    start(one.id);
    expect(told()).toEqual([]);
    const two = start();
    expect(told()).toEqual(["shared-run"]);
    await Promise.all([one.end(), two.end()]);
    start();
    expect(told()).toEqual([]);
    const crew = fixture({ ...quiet, shared: true });
    startOn(crew.breaker)();
    startOn(crew.breaker)();
    expect(crew.told()).toEqual([]);
  });

  test("an agent that asks while its model answers, where nothing reports runs", async () => {
    const { breaker, told } = fixture(quiet);
    const run = startOn(breaker, { isReported: false })();
    const agent = run.agent("a");
    const { key } = await agent.request({ kind: "model" });
    await run.agent("b").request({ kind: "model" });
    expect(told(), "another agent").toEqual([]);
    await agent.end(key, { status: "ignored" });
    const second = await agent.request({ kind: "model" });
    expect(told(), "after an answer that was left").toEqual([]);
    const endTool = run.beginTool();
    await agent.request({ kind: "model" });
    endTool();
    expect(told(), "an agent inside a tool").toEqual([]);
    await agent.request({ kind: "model" });
    await agent.request({ kind: "model" });
    expect([second.refused, told()]).toEqual([undefined, ["shared-run"]]);
  });

  test("an agent works, and guard has seen no model call of the run", async () => {
    const { breaker, events } = fixture(quiet);
    const start = startOn(breaker, { isReported: false });
    const [deaf, hearing] = [start(), start()];
    deaf.works("researcher", "Guard the model too.");
    deaf.works("researcher", "Guard the model too.");
    await hearing.agent().request({ kind: "model" });
    hearing.works("writer", "Guard the model too.");
    expect(events).toMatchObject([
      { type: "unguarded", run: breaker.id, agent: "researcher", advice: "Guard the model too." },
    ]);
  });

  test("two sources over one root run", () => {
    const [one, two] = [fixture(quiet), fixture(quiet)];
    const { id } = startOn(one.breaker)();
    startOn(two.breaker)(id);
    expect([one.told(), two.told()]).toEqual([[], ["guarded-twice"]]);
  });

  test("a mistake is named on the console once a process, and not where warnings are off", () => {
    expect(namedBy({ warnings: false })).toEqual([]);
    expect(namedBy({})).toEqual(["guard: Guard the model too."]);
    expect(namedBy({})).toHaveLength(1);
  });
});

/** A run whose agent has asked for the same until its run was stopped. */
async function stopped(options: { readonly isReported: boolean; readonly hears: boolean }) {
  const { breaker, clock } = fixture();
  const { isReported, hears } = options;
  const run = startOn(breaker, { isReported })();
  const agent = run.agent("a");
  if (hears) await agent.answered((await agent.request({ kind: "model" })).key, { calls: [] });
  const call = async (what: unknown = "x") => {
    const { key, refused } = await agent.start(use(what));
    if (refused === undefined) await agent.end(key, { status: "success", result: "same" });
    return refused?.code;
  };
  while ((await call()) !== "GUARD_CIRCUIT_OPEN");
  return { breaker, clock, run, agent, call };
}

describe("after a trip", () => {
  test.for([
    { isReported: true, hears: true },
    { isReported: true, hears: false },
    { isReported: false, hears: true },
  ])(
    "what began before it never probes: reported $isReported, model heard $hears",
    async (options) => {
      const { clock, call, run, breaker } = await stopped(options);
      clock.advance(cooldownMs + 1_000);
      expect([breaker.state, await call("fresh"), run.latch.isStopped]).toEqual([
        "half-open",
        "GUARD_CIRCUIT_OPEN",
        true,
      ]);
    },
  );

  test("tools alone, where nothing reports runs or turns, may probe as in core", async () => {
    const { clock, call, run, breaker } = await stopped({ isReported: false, hears: false });
    expect([await call("fresh"), run.latch.isStopped]).toEqual(["GUARD_CIRCUIT_OPEN", true]);
    clock.advance(cooldownMs);
    expect([await call("fresh"), breaker.state, run.latch.isStopped]).toEqual([
      undefined,
      "closed",
      false,
    ]);
  });

  test("each of several agents that ask at the same time gets an error that stops the run", async () => {
    const { run } = await stopped({ isReported: false, hears: true });
    const ask = (name: string) => run.agent(name).request({ kind: "model" });
    const [one, two] = await Promise.all([ask("b"), ask("c")]);
    expect([run.latch.isStop(one.refused), run.latch.isStop(two.refused)]).toEqual([true, true]);
    expect(run.latch.isStop(new Error("another"))).toBe(false);
  });
});
