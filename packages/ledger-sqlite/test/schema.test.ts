import type { LedgerEntry } from "@guard/core";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { migrate, requireVersion, steps, version } from "../src/schema.ts";
import { sqliteLedger } from "../src/sqlite-ledger.ts";
import { verifyLedger } from "../src/verify.ts";

const entry: LedgerEntry = { type: "run-ended", run: "run-1", at: 0, postings: [] };
const newer = [...steps, "ALTER TABLE runs ADD COLUMN note TEXT"];

/** A file that the first version has written. */
function oldest(): DatabaseSync {
  const database = new DatabaseSync(":memory:");
  migrate(database, steps.slice(0, 1));
  return database;
}

test("a file of the first version keeps its entries, and its chain goes on", () => {
  const database = oldest();
  migrate(database);
  sqliteLedger(database).append([entry]);
  migrate(database, newer);
  expect(database.prepare("SELECT run, note FROM runs").all()).toEqual([
    { run: "run-1", note: null },
  ]);
  expect(sqliteLedger(database).read({})).toEqual([entry]);
  expect(verifyLedger(database)).toMatchObject({ entries: 1, faults: [] });
});

test("a step that fails leaves the file as it was", () => {
  const database = oldest();
  expect(() => migrate(database, [...newer, "no SQL"])).toThrow(/syntax error/);
  const columns = database.prepare("PRAGMA table_info(runs)").all();
  expect(columns.map(({ name }) => name)).not.toContain("note");
});

test("writers and readers refuse a file of a newer version", () => {
  const database = oldest();
  migrate(database, newer);
  const fault = `the ledger has version ${version + 1}, and this @guard/ledger-sqlite reads up to ${version}`;
  expect(() => migrate(database)).toThrow(fault);
  expect(() => requireVersion(database)).toThrow(fault);
});
