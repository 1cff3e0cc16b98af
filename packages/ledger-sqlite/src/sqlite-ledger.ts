import type { Ledger, LedgerEntry, LedgerQuery } from "@guard/core";
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { genesis, hashOf, type Columns } from "./chain.ts";
import { inTransaction } from "./in-transaction.ts";
import { readEntries } from "./read-rows.ts";
import { runSummaries } from "./run-summary.ts";
import { toColumns } from "./to-columns.ts";

/** A ledger whose every answer is there at once. */
export interface SqliteLedger extends Ledger {
  append(entries: readonly LedgerEntry[]): void;
  read(query: LedgerQuery): readonly LedgerEntry[];
}

/** The columns of an entry in the order of the table, but for its own hash. */
const names = [
  ..."seq time type run session accounts agent lane turn round call kind tool policy".split(" "),
  ..."signature input_hash output_hash output_masked_hash rule verdict executed status".split(" "),
  ..."input_tokens output_tokens cache_read_tokens cache_write_tokens nano_usd".split(" "),
  ..."duration_ms reason postings detail prev_hash".split(" "),
];

/** The ledger in a database. Each `append` is one transaction, so several processes write one chain. */
export function sqliteLedger(database: DatabaseSync): SqliteLedger {
  const head = database.prepare("SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1");
  const sealed = database.prepare(
    "SELECT size AS seq, hash FROM checkpoints ORDER BY size DESC LIMIT 1",
  );
  const insert = database.prepare(
    `INSERT INTO entries (${names.join()}, hash) VALUES (${names.map(() => "?").join()}, ?)`,
  );
  const ofAccount = database.prepare("INSERT OR IGNORE INTO entries_of_account VALUES (?, ?)");
  const addToRun = runSummaries(database);

  return {
    append(entries) {
      inTransaction(database, () => {
        // After a prefix was dropped the checkpoint that sealed it may be all that is left.
        let last = (head.get() ?? sealed.get() ?? { seq: 0, hash: genesis }) as {
          seq: number;
          hash: string;
        };
        for (const entry of entries) {
          const seq = last.seq + 1;
          const columns: Columns = { ...toColumns(entry), seq, prev_hash: last.hash };
          const hash = hashOf(columns);
          insert.run(...names.map((name): SQLInputValue => columns[name] ?? null), hash);
          for (const account of new Set(entry.postings.map((posting) => posting.account))) {
            ofAccount.run(account, seq);
          }
          addToRun(entry);
          last = { seq, hash };
        }
      });
    },
    read: (query) => readEntries(database, query),
  };
}
