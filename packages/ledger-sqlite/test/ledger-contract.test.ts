import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { ledgerContract } from "@guard/testing";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "../src/database.ts";
import { sqliteLedger, type SqliteLedger } from "../src/sqlite-ledger.ts";

const folder = mkdtempSync(join(tmpdir(), "guard-ledger-"));
afterAll(() => rmSync(folder, { recursive: true }));

const opened = new WeakMap<SqliteLedger, { file: string; database: DatabaseSync }>();
let files = 0;

const open = (file: string) => {
  const database = openDatabase(file);
  const ledger = sqliteLedger(database);
  opened.set(ledger, { file, database });
  return ledger;
};

const makeLedger = () => open(join(folder, `${(files += 1)}.db`));

ledgerContract({ describe, test, expect }, "a SQLite file", makeLedger, {
  reopen: (ledger) => open(opened.get(ledger)!.file),
  close: (ledger) => opened.get(ledger)!.database.close(),
});
