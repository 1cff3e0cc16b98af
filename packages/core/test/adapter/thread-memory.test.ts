import { expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import type { Snapshot } from "../../src/vocabulary/snapshot.ts";
import type { GuardRecord } from "../../src/adapter/record.ts";
import { ThreadMemory } from "../../src/adapter/thread-memory.ts";
import { play } from "../support/script.ts";

/** What a run has come to: before its trip, with it, and elsewhere, on a branch that has spent more. */
function records() {
  const breaker = createBreaker();
  play(breaker, "A=1 A=1");
  const before: GuardRecord = { snapshot: breaker.snapshot() };
  play(breaker, "A=1 A=1 A=1 A=1");
  const tripped: GuardRecord = { snapshot: breaker.snapshot() };
  const other = createBreaker();
  play(other, "A=1 B=1 C=1 D=1 E=1 F=1 G=1 H=1");
  return { before, tripped, elsewhere: { snapshot: other.snapshot() } };
}

/** The record as a checkpointer gives it back: other objects, other order. */
const reread = ({ snapshot: { state, version } }: GuardRecord): GuardRecord => ({
  snapshot: JSON.parse(JSON.stringify({ state, version })) as Snapshot,
});

const resumed = (record: GuardRecord | undefined) => {
  const { state, spending } = createBreaker({ restore: record!.snapshot });
  return [state, spending.toolCalls];
};

test("a trip that no checkpoint holds goes on from the checkpoint it came after", () => {
  const memory = new ThreadMemory();
  const { before, tripped } = records();
  memory.keep(tripped, reread(before));

  expect(resumed(memory.goOn(reread(before), false))).toEqual(["open", 3]);
  const other = new ThreadMemory();
  expect(resumed(other.goOn(reread(before), false))).toEqual(["closed", 2]);
});

test("a run that was sent to an older checkpoint has that one's evidence, and all that was spent", () => {
  const memory = new ThreadMemory();
  const { before, tripped, elsewhere } = records();
  memory.keep(tripped, before);

  expect(resumed(memory.goOn(before, true))).toEqual(["closed", 3]);
  expect(resumed(memory.goOn(createdAnew(), false))).toEqual(["closed", 3]);
  memory.keep(elsewhere, undefined);
  expect(resumed(memory.goOn(before, true))).toEqual(["closed", 8]);
});

test("a later run that was not stopped has got over it", () => {
  const memory = new ThreadMemory();
  const { before, tripped } = records();
  memory.keep(tripped, before);
  memory.keep(before, before);

  expect(resumed(memory.goOn(before, false))).toEqual(["closed", 3]);
});

const createdAnew = (): GuardRecord => ({ snapshot: createBreaker().snapshot() });
