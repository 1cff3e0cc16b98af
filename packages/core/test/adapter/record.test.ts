// The record that a thread keeps: damaged, hostile, of another version.
import { describe, expect, test } from "vitest";
import {
  laterRecord,
  readRecord,
  recordIn,
  recordOf,
  type GuardRecord,
} from "../../src/adapter/record.ts";
import { runsOf } from "../../src/adapter/runs.ts";
import { createBreaker, createRegistry } from "../../src/index.ts";
import type { CheckpointReader } from "../../src/adapter/threads.ts";
import { SnapshotError } from "../../src/vocabulary/errors.ts";
import { listen, trip } from "../support/breakers.ts";
import { damages } from "../support/mangle.ts";
import { spend } from "../support/accounts.ts";

/** A record with all its fields, as a checkpointer gives it back. */
function stored(): GuardRecord {
  const breaker = createBreaker();
  trip(breaker.agent("a"));
  const record = recordOf(breaker, { "call_1\nuse": "m1" }, ["question"]);
  return JSON.parse(JSON.stringify(record)) as GuardRecord;
}

test("each damaged field is refused with its path, or changes nothing that can throw", () => {
  const record = stored();
  const counts = { damaged: 0, refused: 0 };
  for (const { path, what } of damages(record, new Set())) {
    counts.damaged += 1;
    try {
      laterRecord(stored(), readRecord(record, "guard"), "guard");
    } catch (error) {
      counts.refused += 1;
      const isTold = error instanceof SnapshotError && error.message.startsWith("guard");
      if (!isTold) throw new Error(`${path}: ${what}`, { cause: error });
    }
  }
  expect(counts.damaged).toBeGreaterThan(1_000);
  expect(counts.refused).toBeGreaterThan(0.8 * counts.damaged);
});

test.for<[unknown, string]>([
  ["closed", "guard: expected Object, received a text"],
  [7, "guard: expected Object, received 7"],
  [{}, "guard.snapshot: is missing"],
  [{ snapshot: null }, "guard.snapshot: expected Object, received null"],
  [{ snapshot: { version: 2 } }, "guard.snapshot.state: is missing"],
  [{ snapshot: { version: 9, state: {} } }, "guard.snapshot.version: expected 2, received 9"],
  [{ ...stored(), approved: 7 }, "guard.approved: expected Array, received 7"],
  [{ ...stored(), open: { key: 7 } }, "guard.open.key: expected string, received 7"],
  [{ ...stored(), trip: "loop" }, "guard.trip: expected Object, received a text"],
  [{ ...stored(), secret: 1 }, "guard.secret: there is no such field"],
])("%j is no record", ([value, message]) => {
  expect(() => readRecord(value, "guard")).toThrow(new SnapshotError(message));
});

test("a record of version 1 is read", async () => {
  const { snapshot } = stored();
  const { evidence: _, turns: __, ...state } = snapshot.state;
  const old = { snapshot: { version: 1, state: { ...state, evidence: [], shared: {} } } };
  expect(readRecord(old, "guard")).toEqual(old);
});

test("a state that throws when guard reads it counts as damaged", () => {
  const state = {
    get guard() {
      throw new TypeError("no");
    },
  };
  expect(() => readRecord(recordIn(state, "guard"), "guard")).toThrow(SnapshotError);
  expect([recordIn(undefined, "guard"), recordIn({}, "guard")]).toEqual([undefined, undefined]);
});

describe("a run whose state shows a value that is no record", () => {
  const damaged = { snapshot: { version: 2, state: null } };

  test("is refused before any call, with one event", async () => {
    const registry = createRegistry();
    const events = listen(registry);
    const run = runsOf(registry).run("refused");
    run.thread.restore(damaged);
    for (let asked = 0; asked < 2; asked += 1) expect(() => run.breaker).toThrow(SnapshotError);
    expect(events).toMatchObject([
      { type: "port-error", port: "checkpointer", error: { code: "GUARD_BAD_SNAPSHOT" } },
    ]);
  });

  test("goes on where a later state shows one", () => {
    const run = runsOf(createRegistry()).run("later");
    run.thread.restore(damaged);
    run.thread.restore(stored());
    expect(run.breaker.state).toBe("open");
  });
});

test("guard reports a damaged checkpoint of a thread, and still reads the money of the others", async () => {
  const spent = createBreaker();
  await spend(spent.agent(), 3);
  const records = [{ snapshot: "none" }, { snapshot: spent.snapshot() }, { snapshot: {} }];
  const checkpointer: CheckpointReader = {
    async *list() {
      for (const guard of records) yield { checkpoint: { channel_values: { guard } } };
    },
  };
  const registry = createRegistry();
  const events = listen(registry);
  const runs = runsOf(registry);
  runs.threads!.read(checkpointer, (state) => recordIn(state, "guard"));
  const run = runs.run("branches");
  await run.thread.read("thread");
  expect(run.breaker.spending.usd).toBe(3);
  expect(events.map(({ type }) => type)).toEqual(["port-error", "port-error"]);
});
