import type { LedgerEntry } from "@guard/core";
import { generateKeyPairSync } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { seal } from "../src/checkpoint.ts";
import { openDatabase } from "../src/database.ts";
import { sqliteLedger } from "../src/sqlite-ledger.ts";
import { verifyLedger } from "../src/verify.ts";

const key = generateKeyPairSync("ed25519");

const entries = (count: number): LedgerEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    type: "settlement",
    run: "run-1",
    at: Date.UTC(2026, 10, 29) + index,
    call: `c${index}`,
    status: "success",
    postings: [],
  }));

/** Ten entries; a checkpoint has sealed the first seven. */
function ledger(): DatabaseSync {
  const database = openDatabase(":memory:");
  const book = sqliteLedger(database);
  book.append(entries(7));
  seal(database, key);
  book.append(entries(3));
  return database;
}

/** Does what the triggers forbid, as a person with the file can. */
function force(database: DatabaseSync, sql: string): void {
  const triggers = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
  for (const { name } of triggers) database.exec(`DROP TRIGGER ${String(name)}`);
  database.exec(sql);
}

test("an untouched ledger is whole, and verify tells how many entries no checkpoint covers", () => {
  expect(verifyLedger(ledger(), key.publicKey)).toEqual({
    entries: 10,
    checked: 10,
    dropped: 0,
    uncovered: 3,
    checkpoints: 1,
    faults: [],
  });
});

test("progress stops the check, and what was not checked is no fault", () => {
  const database = openDatabase(":memory:");
  sqliteLedger(database).append(entries(20_001));
  seal(database, key);
  const told: (readonly [number, number])[] = [];
  const stopped = verifyLedger(database, key.publicKey, (done, all) => {
    told.push([done, all]);
    return false;
  });
  expect(told).toEqual([[10_000, 20_001]]);
  expect(stopped).toMatchObject({ entries: 20_001, checked: 10_000, uncovered: 0, faults: [] });
});

describe("verify names", () => {
  test.for([
    ["a changed field", "UPDATE entries SET call = 'other' WHERE seq = 3", 3, /was changed/],
    ["a field that had no value", "UPDATE entries SET agent = 'x' WHERE seq = 3", 3, /was changed/],
    ["a changed hash", "UPDATE entries SET hash = 'x' WHERE seq = 3", 3, /was changed/],
    ["a removed entry", "DELETE FROM entries WHERE seq = 4", 5, /entries 4 to 4 are missing/],
    [
      "two that changed places",
      "UPDATE entries SET seq = -1 WHERE seq = 2; UPDATE entries SET seq = 2 WHERE seq = 3; UPDATE entries SET seq = 3 WHERE seq = -1",
      2,
      /does not follow/,
    ],
    [
      "an end that was cut off",
      "DELETE FROM entries WHERE seq > 5",
      7,
      /the last entries are missing/,
    ],
    [
      "a changed checkpoint",
      "UPDATE checkpoints SET note = replace(note, '7', '8')",
      7,
      /signature/,
    ],
  ] as const)("%s", ([, sql, seq, fault]) => {
    const database = ledger();
    force(database, sql);
    const { faults } = verifyLedger(database, key.publicKey);
    expect(faults[0]?.seq).toBe(seq);
    expect(faults[0]?.fault).toMatch(fault);
  });

  test("a rewritten chain, since its checkpoint has sealed another", () => {
    const database = ledger();
    force(database, "CREATE TABLE kept AS SELECT * FROM checkpoints; DELETE FROM checkpoints");
    database.exec("DELETE FROM entries");
    sqliteLedger(database).append(entries(10).map((entry) => ({ ...entry, run: "run-2" })));
    database.exec("INSERT INTO checkpoints SELECT * FROM kept");
    const { faults } = verifyLedger(database, key.publicKey);
    expect(faults.map(({ fault }) => fault)).toContain(
      "this entry is not what its checkpoint has sealed",
    );
  });

  test("a checkpoint that another key has signed", () => {
    const { faults } = verifyLedger(ledger(), generateKeyPairSync("ed25519").publicKey);
    expect(faults).toEqual([{ seq: 7, fault: "the signature of this checkpoint is not good" }]);
  });
});
