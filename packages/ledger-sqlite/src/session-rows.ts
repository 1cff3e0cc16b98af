import type { DatabaseSync } from "node:sqlite";
import { hashOf } from "./chain.ts";
import type { LedgerRow } from "./read-rows.ts";
import { toEntry, withValues } from "./to-columns.ts";

/** Reads what the file holds about a session: the rows of its runs, its spec and its attestations, the oldest first. */
export function readSession(database: DatabaseSync, session: string): readonly LedgerRow[] {
  const rows = database
    .prepare(
      `SELECT * FROM entries WHERE session = :session AND type IN ('spec', 'attestation')
       UNION ALL
       SELECT * FROM entries WHERE run IN
         (SELECT run FROM entries WHERE session = :session AND type = 'decision')
         AND type NOT IN ('spec', 'attestation')
       ORDER BY seq`,
    )
    .all({ session });
  return rows.map((row) => {
    // Not the hash that the file gives. A row that a person has changed gets another hash, and its attestation ends.
    const { hash: _given, ...columns } = withValues(row);
    return { seq: Number(columns["seq"]), hash: hashOf(columns), entry: toEntry(row) };
  });
}

/** What is known of one run while its rows are read in order. */
interface Known {
  session: string | undefined;
  /** Rows from before the first decision, such as a balance that a snapshot restored. */
  readonly waiting: LedgerRow[];
  readonly calls: Map<string, string | undefined>;
}

/**
 * The rows of a session's runs. Only decisions name their session. A settlement belongs to the session of its call. Any
 * other row belongs to the session of the decision before it, or after it at the start of a run. So a named run that works
 * for one session after another gives each session its own rows.
 */
export function rowsOfSession(rows: readonly LedgerRow[], session: string): readonly LedgerRow[] {
  const runs = new Map<string, Known>();
  const found: LedgerRow[] = [];
  for (const row of rows.toSorted((one, other) => one.seq - other.seq)) {
    const { entry } = row;
    if (entry.type === "spec" || entry.type === "attestation") continue;
    const known: Known = runs.get(entry.run) ?? {
      session: undefined,
      waiting: [],
      calls: new Map(),
    };
    runs.set(entry.run, known);
    const add = (owner: string | undefined, ...owned: LedgerRow[]) => {
      if (owner === session) found.push(...owned);
    };
    if (entry.type === "decision") {
      known.session = entry.session;
      known.calls.set(entry.call, entry.session);
      add(entry.session, ...known.waiting.splice(0), row);
    } else if (entry.type === "settlement" && known.calls.has(entry.call)) {
      add(known.calls.get(entry.call), row);
    } else if (known.session === undefined) {
      known.waiting.push(row);
    } else {
      add(known.session, row);
      if (entry.type === "run-ended") known.session = undefined;
    }
  }
  return found.toSorted((one, other) => one.seq - other.seq);
}

/** A call's id among those of all runs. */
export function callOf({ run, call }: { readonly run: string; readonly call: string }): string {
  return JSON.stringify([run, call]);
}
