import type { LedgerEntry } from "@guard/core";
import { createRegistry } from "@guard/core";
import { expect, test } from "vitest";
import { openDatabase } from "../src/database.ts";
import { sqliteLedger } from "../src/sqlite-ledger.ts";

const posting = {
  account: "user:42",
  window: "day",
  slot: "2026-11-29",
  expires: "",
  tokens: 0,
  nanoUsd: 0,
  modelCalls: 0,
  toolCalls: 1,
  heldTokens: 0,
  heldNanoUsd: 0,
};

const decision: LedgerEntry = {
  type: "decision",
  run: "run-1",
  at: Date.UTC(2026, 10, 29, 12),
  agent: "finder",
  call: "c1",
  kind: "tool",
  tool: "search",
  signature: "abc",
  verdict: "allow",
  executed: true,
  postings: [posting],
};

const open = () => {
  const database = openDatabase(":memory:");
  return { database, ledger: sqliteLedger(database) };
};

test("what is read is what was appended, the oldest first", () => {
  const { ledger } = open();
  const ended: LedgerEntry = { type: "run-ended", run: "run-1", at: decision.at + 5, postings: [] };
  ledger.append([decision]);
  ledger.append([ended]);
  expect(ledger.read({})).toEqual([decision, ended]);
});

test.for([
  [{ run: "run-1" }, 1],
  [{ run: "run-2" }, 0],
  [{ account: "user:42" }, 1],
  [{ account: "user:43" }, 0],
  [{ type: "decision" }, 1],
  [{ type: "trip" }, 0],
  [{ since: decision.at }, 1],
  [{ since: decision.at + 1 }, 0],
  [{ until: decision.at + 1 }, 1],
  [{ until: decision.at }, 0],
] as const)("asked for %j it answers with %i entries", ([query, count]) => {
  const { ledger } = open();
  ledger.append([decision]);
  expect(ledger.read(query)).toHaveLength(count);
});

test.for([
  "UPDATE entries SET tool = 'other'",
  "DELETE FROM entries",
  "INSERT INTO dropped VALUES (1, '{}')",
])("the file refuses: %s", (sql) => {
  const { database, ledger } = open();
  ledger.append([decision]);
  expect(() => database.exec(sql)).toThrow(/the ledger/);
  expect(ledger.read({})).toEqual([decision]);
});

test("a run of the real breaker reads back as the memory's ledger has it", async () => {
  const { ledger } = open();
  const registry = createRegistry({ ledger, budget: { modelCalls: 2 } });
  const breaker = registry.breaker();
  const lane = breaker.agent("finder");
  for (let step = 0; step < 6; step += 1) {
    await lane
      .run({ kind: "tool", tool: "search", args: { q: "x" } }, () => "same")
      .catch(() => {});
  }
  breaker.endRun();
  const kinds = ledger.read({}).map(({ type }) => type);
  expect(new Set(kinds)).toEqual(new Set(["decision", "settlement", "trip", "run-ended"]));
  expect((await registry.ledger.audit()).ok).toBe(true);
});
