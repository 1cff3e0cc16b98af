// A thread remembers: in another process, from an older checkpoint, and on another branch.
import { createBreaker, type GuardOptions, type Snapshot } from "@guard/core";
import { manualClock } from "@guard/testing";
import { interrupt, Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, test } from "vitest";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { use, type Answer } from "guard-test-support/langchain";
import type { GuardRecord } from "../src/index.ts";
import { reduceGuard } from "../src/state.ts";
import { question } from "./support/graphs.ts";
import { checkpointsOf, configurable, recordAt, startProcess, used } from "./support/threads.ts";

quietHandlerErrors();

const say = (content: string) => ({ messages: [{ role: "user", content }] });
const once = (turn: number): Answer => (turn === 1 ? [use()] : "I don't know it.");

/** What a tool does that a human must allow. */
const approved = (q: string) => `${q}: ${String(interrupt("Run it?"))}`;

describe("in another process", () => {
  test("each message is a turn: guard forgets what the agent asked for before it", async () => {
    const saver = new MemorySaver();
    const counts: unknown[] = [];
    for (const turn of [1, 2, 3]) {
      const {
        graph,
        model,
        used: tool,
        events,
      } = startProcess(saver, once, { ports: { clock: manualClock() } });
      const result = await graph.invoke(turn === 1 ? question : say("Find the port."), {
        configurable,
      });
      counts.push([model.callCount, tool.ran.length, events.some(({ type }) => type === "trip")]);
      expect(result.guard?.trip).toBeUndefined();
    }
    expect(counts).toEqual([
      [2, 1, false],
      [2, 1, false],
      [2, 1, false],
    ]);
  });

  test("a trip goes on: nothing starts during the break, and then one probe", async () => {
    const saver = new MemorySaver();
    const clock = manualClock();
    const first = startProcess(saver, () => [use()], { ports: { clock } });
    await first.graph.invoke(question, { configurable });

    const second = startProcess(saver, () => "It is 8080.", { ports: { clock } });
    const stopped = await second.graph.invoke(say("And now?"), { configurable });
    expect([second.model.callCount, stopped.guard?.trip?.reason]).toEqual([0, "loop"]);

    clock.advance(30_000 * 2);
    const third = startProcess(saver, () => "It is 8080.", { ports: { clock } });
    const probed = await third.graph.invoke(say("And now?"), { configurable });
    expect([third.model.callCount, probed.messages.at(-1)?.text]).toEqual([1, "It is 8080."]);
  });

  test("money goes on: the budget holds for all turns of the thread", async () => {
    const saver = new MemorySaver();
    const asked: number[] = [];
    for (const turn of [1, 2, 3]) {
      const { graph, model } = startProcess(saver, () => "done", { budget: { modelCalls: 2 } });
      await graph.invoke(say(`question ${turn}`), { configurable });
      asked.push(model.callCount);
    }
    expect(asked).toEqual([1, 1, 0]);
  });

  test("other threads know nothing of it", async () => {
    const saver = new MemorySaver();
    await startProcess(saver, () => [use()]).graph.invoke(question, { configurable });
    const other = startProcess(saver, once);
    await other.graph.invoke(question, { configurable: { thread_id: "other" } });
    expect([other.model.callCount, other.used.ran.length]).toEqual([2, 1]);
  });

  test("a call that waits for a human counts once, and guard learns its result", async () => {
    const saver = new MemorySaver();
    const first = startProcess(saver, once, {}, approved);
    await first.graph.invoke(question, { configurable });
    expect(used(await recordAt(first.graph))).toMatchObject({ modelCalls: 1, toolCalls: 1 });

    const second = startProcess(saver, () => "It is 8080.", {}, approved);
    const resumed = await second.graph.invoke(new Command({ resume: "yes" }), { configurable });
    expect(resumed.messages.at(-2)?.text).toBe("a: yes");
    expect(used(resumed.guard)).toMatchObject({ modelCalls: 2, toolCalls: 1 });
    expect(resumed.guard?.snapshot.state["pending"]).toEqual([]);
  });
});

/** A thread that was stopped, and its checkpoints, the oldest first. */
async function stoppedThread(options: GuardOptions = {}) {
  const saver = new MemorySaver();
  const run = startProcess(saver, () => [use()], { ports: { clock: manualClock() }, ...options });
  await run.graph.invoke(question, { configurable });
  const ids = await checkpointsOf(run.graph);
  return { ...run, saver, ids };
}

test("a record of another version ends the next run before any model call", async () => {
  const { graph, model, source } = startProcess(new MemorySaver(), once);
  const told: unknown[] = [];
  source.on("port-error", ({ port, error }) => told.push([port, String(error)]));
  const snapshot = { version: 3, state: { tokens: 1 } } as unknown as Snapshot;
  await expect(
    graph.invoke({ ...question, guard: { snapshot } }, { configurable }),
  ).rejects.toThrow("snapshot.version: expected 2, received 3");
  expect(model.callCount).toBe(0);
  const why = "SnapshotError: record.snapshot.version: expected 2, received 3";
  expect(told).toEqual([["checkpointer", why]]);
});

describe("from an older checkpoint", () => {
  test("evidence and trip follow the checkpoint", async () => {
    const { graph, ids } = await stoppedThread();
    const trips = await Promise.all(
      ids.map(async (id) => (await recordAt(graph, id))?.trip?.reason),
    );
    // input, agent, tools, agent, tools, agent that trips, error node
    expect(trips).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      "loop",
      "loop",
    ]);
  });

  test.each([
    { where: "the same process", again: true },
    { where: "another process", again: false },
  ])("a fork in $where runs on, and money never goes down", async ({ again }) => {
    const before = await stoppedThread();
    const afterOneRound = before.ids[3];
    const at = { ...configurable, checkpoint_id: afterOneRound };
    const run = again
      ? before
      : startProcess(before.saver, () => [use()], { ports: { clock: manualClock() } });
    const counts = () => [run.model.callCount, run.used.ran.length];
    const [models, tools] = counts();

    const forked = await run.graph.invoke(null, { configurable: at });

    // one round was known at the fork: two more answers, one more body
    expect([counts()[0]! - (again ? models! : 0), counts()[1]! - (again ? tools! : 0)]).toEqual([
      2, 1,
    ]);
    expect(forked.guard?.trip?.reason).toBe("loop");
    expect(used(forked.guard)).toMatchObject({ modelCalls: 5, toolCalls: 3 });
  });

  test("an older record in the state takes no money away", async () => {
    const { graph, ids } = await stoppedThread();
    const older = await recordAt(graph, ids[2]);
    await graph.updateState({ configurable }, { guard: older }, "agent");
    expect(used(await recordAt(graph))).toMatchObject({ modelCalls: 3, toolCalls: 2 });
  });
});

test("the record is plain JSON", async () => {
  const { graph } = startProcess(new MemorySaver(), () => [use()]);
  const { guard } = await graph.invoke(question, { configurable });
  expect(JSON.parse(JSON.stringify(guard))).toEqual(guard);
});

/** A record of a run that was asked for some calls and has spent something. */
const record = (tokens: number, modelCalls: number, nanoUsd: number): GuardRecord => {
  const { version, state } = createBreaker().snapshot();
  const slots = { "0": { modelCalls, toolCalls: 0, tokens: 0, nanoUsd } };
  const accounts = [["run", { used: slots, held: {}, alerted: {} }]];
  return { snapshot: { version, state: { ...state, tokens, accounts } } };
};

describe("the reducer", () => {
  const cases = [
    {
      what: "nothing, then a record",
      before: undefined,
      next: record(1, 1, 5),
      seen: 1,
      spent: [1, 5],
    },
    {
      what: "a record, then nothing",
      before: record(1, 1, 5),
      next: undefined,
      seen: 1,
      spent: [1, 5],
    },
    { what: "a later one", before: record(1, 1, 5), next: record(2, 2, 9), seen: 2, spent: [2, 9] },
    {
      what: "one of a slower branch",
      before: record(4, 2, 9),
      next: record(2, 1, 5),
      seen: 4,
      spent: [2, 9],
    },
    {
      what: "a record that knows less money",
      before: record(1, 7, 90),
      next: record(2, 2, 9),
      seen: 2,
      spent: [7, 90],
    },
  ];
  test.each(cases)("$what", ({ before, next, seen, spent }) => {
    const reduced = reduceGuard(before, next);
    const { modelCalls, usd } = used(reduced)!;
    expect([reduced!.snapshot.state["tokens"], modelCalls, usd * 1e9]).toEqual([seen, ...spent]);
  });

  test.each([
    ["something else", { what: "ever" }, "guard.snapshot"],
    ["a record without a state", { snapshot: { version: 1 } }, "guard.snapshot.version"],
    ["a text", "closed", "guard"],
  ])("refuses %s, with the path", (_, other, path) => {
    const reduce = () => reduceGuard(undefined, other as unknown as GuardRecord);
    expect(reduce).toThrow(path);
  });

  test("takes the next record where it can't read the record before", () => {
    const damaged = { snapshot: { version: 2, state: null } } as unknown as GuardRecord;
    expect(reduceGuard(damaged, record(1, 1, 5))).toEqual(record(1, 1, 5));
    expect(reduceGuard(damaged, undefined)).toBeUndefined();
  });

  test("takes null for nothing", () => {
    const nothing = null as unknown as undefined;
    expect(reduceGuard(record(1, 1, 5), nothing)).toEqual(record(1, 1, 5));
    expect(reduceGuard(nothing, record(1, 1, 5))).toEqual(record(1, 1, 5));
  });
});

describe("a trip that came too late for a checkpoint, because the run was aborted in the same moment", () => {
  test("holds: a resumed thread asks no model", async () => {
    const { graph, model, source } = startProcess(new MemorySaver(), () => [use()]);
    const stop = new AbortController();
    source.on("trip", () => stop.abort());
    const aborted = graph.invoke(question, { configurable, signal: stop.signal });
    await expect(aborted).rejects.toThrow();
    const before = model.callCount;

    const { guard } = await graph.invoke(null, { configurable });

    expect(guard?.trip?.reason).toBe("loop");
    expect(model.callCount).toBe(before);
  });

  test("not for a run that goes on from an older checkpoint", async () => {
    const { graph, model, source } = startProcess(new MemorySaver(), () => [use()]);
    const stop = new AbortController();
    source.on("trip", () => stop.abort());
    const aborted = graph.invoke(question, { configurable, signal: stop.signal });
    await expect(aborted).rejects.toThrow();
    const { config } = await graph.getState({ configurable });
    const before = model.callCount;

    await graph.invoke(null, config);

    expect(model.callCount).toBe(before + 1);
  });
});
