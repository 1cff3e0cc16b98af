import type { LedgerEntry } from "@guard/core";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { newestCheckpoint, sealer } from "../src/checkpoint.ts";
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
  sealer(database, key)(1);
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
  expect(verifyLedger(ledger(), { publicKeys: [key.publicKey] })).toEqual({
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
  sealer(database, key)(1);
  const told: (readonly [number, number])[] = [];
  const progress = (done: number, all: number) => {
    told.push([done, all]);
    return false;
  };
  const stopped = verifyLedger(database, { publicKeys: [key.publicKey], progress });
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
      "a removed entry that no checkpoint covers",
      "DELETE FROM entries WHERE seq = 8",
      9,
      /entries 8 to 8 are missing/,
    ],
    [
      "an entry before the first",
      "INSERT INTO entries SELECT -5, time, type, run, session, accounts, agent, lane, turn, round, call, kind, tool, policy, signature, input_hash, output_hash, output_masked_hash, rule, verdict, executed, status, input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, nano_usd, duration_ms, reason, postings, detail, prev_hash, hash FROM entries WHERE seq = 1",
      -5,
      /are missing/,
    ],
    [
      "a number that JavaScript can't hold",
      "UPDATE entries SET duration_ms = 1152921504606846976 WHERE seq = 3",
      3,
      /can't be read/,
    ],
    [
      "a number that JSON can't write",
      "UPDATE entries SET duration_ms = 9e999 WHERE seq = 3",
      3,
      /was changed/,
    ],
    [
      "bytes in the place of text",
      "UPDATE entries SET call = CAST(call AS BLOB) WHERE seq = 3",
      3,
      /was changed/,
    ],
    [
      "text after a zero byte",
      "UPDATE entries SET call = call || char(0) || 'x' WHERE seq = 3",
      3,
      /was changed/,
    ],
    [
      "a value that moved to a column whose name looks like JSON",
      `ALTER TABLE entries ADD COLUMN "call"":""c2"",""hidden" TEXT; UPDATE entries SET "call"":""c2"",""hidden" = call, call = NULL WHERE seq = 3`,
      3,
      /was changed/,
    ],
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
    const { faults } = verifyLedger(database, { publicKeys: [key.publicKey] });
    expect(faults[0]?.seq).toBe(seq);
    expect(faults[0]?.fault).toMatch(fault);
  });

  test("a rewritten chain, since its checkpoint has sealed another", () => {
    const database = ledger();
    force(database, "CREATE TABLE kept AS SELECT * FROM checkpoints; DELETE FROM checkpoints");
    database.exec("DELETE FROM entries");
    sqliteLedger(database).append(entries(10).map((entry) => ({ ...entry, run: "run-2" })));
    database.exec("INSERT INTO checkpoints SELECT * FROM kept");
    const { faults } = verifyLedger(database, { publicKeys: [key.publicKey] });
    expect(faults.map(({ fault }) => fault)).toContain(
      "this entry is not what its checkpoint has sealed",
    );
  });

  test("a checkpoint of another ledger", () => {
    const database = ledger();
    const other = openDatabase(":memory:");
    sqliteLedger(other).append(entries(9).map((entry) => ({ ...entry, run: "run-2" })));
    sealer(other, key)(1);
    const { size, hash, note } = other.prepare("SELECT * FROM checkpoints").get()!;
    database.prepare("INSERT INTO checkpoints VALUES (?, ?, ?)").run(size!, hash!, note!);
    expect(verifyLedger(database, { publicKeys: [key.publicKey] })).toMatchObject({
      uncovered: 3,
      faults: [{ seq: 9, fault: "this entry is not what its checkpoint has sealed" }],
    });
  });

  test("a checkpoint that another key has signed", () => {
    const { faults } = verifyLedger(ledger(), {
      publicKeys: [generateKeyPairSync("ed25519").publicKey],
    });
    expect(faults).toEqual([{ seq: 7, fault: "the signature of this checkpoint is not good" }]);
  });
});

describe("a checkpoint that is kept elsewhere", () => {
  const cutOff =
    "DELETE FROM entries WHERE seq >= 7; DELETE FROM checkpoints; UPDATE runs SET last = began";

  test("shows that entries were cut off together with their checkpoints", () => {
    const database = ledger();
    const kept = newestCheckpoint(database)!;
    expect(verifyLedger(database, { publicKeys: [key.publicKey], kept }).faults).toEqual([]);
    force(database, cutOff);
    expect(verifyLedger(database, { publicKeys: [key.publicKey] }).faults).toEqual([]);
    expect(verifyLedger(database, { publicKeys: [key.publicKey], kept }).faults).toEqual([
      {
        seq: 7,
        fault: "the last entries are missing: a checkpoint has sealed 7, the file ends at 6",
      },
    ]);
  });

  test("shows that another file took the place of the ledger", () => {
    const kept = newestCheckpoint(ledger())!;
    const other = openDatabase(":memory:");
    sqliteLedger(other).append(entries(12).map((entry) => ({ ...entry, run: "run-2" })));
    expect(verifyLedger(other, { publicKeys: [key.publicKey], kept }).faults).toEqual([
      { seq: 7, fault: "this entry is not what the checkpoint that you keep has sealed" },
    ]);
  });

  test("must have the key's signature", () => {
    const kept = newestCheckpoint(ledger())!.replace("7", "8");
    expect(() => verifyLedger(ledger(), { publicKeys: [key.publicKey], kept })).toThrow(
      /another key signed it/,
    );
  });
});

test("after a change of the key, both keys check the ledger", () => {
  const database = ledger();
  const next = generateKeyPairSync("ed25519");
  sealer(database, next)(1);
  const check = (publicKeys: readonly KeyObject[]) => verifyLedger(database, { publicKeys });
  expect(check([key.publicKey, next.publicKey])).toMatchObject({ uncovered: 0, faults: [] });
  expect(check([next.publicKey]).faults.map(({ seq }) => seq)).toEqual([7]);
});

test("a checkpoint whose signature is not good covers no entry", () => {
  const { publicKey } = generateKeyPairSync("ed25519");
  expect(verifyLedger(ledger(), { publicKeys: [publicKey] }).uncovered).toBe(10);
});
