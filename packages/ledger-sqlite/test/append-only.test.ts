// What the triggers of the file forbid to any program that writes to it.
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { sealer } from "../src/checkpoint.ts";
import { openDatabase } from "../src/database.ts";
import { dropEntries } from "../src/drop.ts";
import { sqliteLedger } from "../src/sqlite-ledger.ts";

/** Ten entries. A checkpoint has sealed five, and the first three were dropped with a checkpoint of their own. */
function ledger() {
  const database = openDatabase(":memory:");
  const book = sqliteLedger(database);
  const seal = sealer(database, generateKeyPairSync("ed25519"));
  for (let at = 1; at <= 10; at += 1) {
    book.append([{ type: "run-ended", run: "run-1", at, postings: [] }]);
    if (at === 3 || at === 5) seal(1);
  }
  dropEntries(database, 3);
  return database;
}

const copy = (seq: number) =>
  `INTO entries (seq, time, type, run, prev_hash, hash) VALUES (${seq}, 'a', 'b', 'c', 'd', 'e')`;

describe("the file refuses", () => {
  test.for([
    ["to change an entry", "UPDATE entries SET run = 'x' WHERE seq = 7"],
    ["to move an entry", "UPDATE OR REPLACE entries SET seq = 8 WHERE seq = 7"],
    ["to replace an entry", `INSERT OR REPLACE ${copy(7)}`],
    ["to put an entry before others", `INSERT ${copy(2)}`],
    ["to remove an entry", "DELETE FROM entries WHERE seq = 10"],
    ["to remove a sealed entry that was not dropped", "DELETE FROM entries WHERE seq = 4"],
    ["to change a checkpoint", "UPDATE checkpoints SET note = 'x' WHERE size = 5"],
    ["to replace a checkpoint", "INSERT OR REPLACE INTO checkpoints VALUES (5, 'x', 'y')"],
    ["to remove a checkpoint", "DELETE FROM checkpoints WHERE size = 5"],
    ["to drop what no checkpoint has sealed", "INSERT INTO dropped VALUES (8, '{}')"],
    ["to change what was dropped", "UPDATE dropped SET size = 10"],
    ["to forget what was dropped", "DELETE FROM dropped"],
  ] as const)("%s", ([, sql]) => {
    const database = ledger();
    expect(() => database.exec(sql)).toThrow(/^the ledger (is append-only|drops only)/);
    database.close();
  });
});
