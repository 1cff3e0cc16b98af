import type { KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { genesis, hashOf } from "./chain.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { withValues } from "./to-columns.ts";

/** What is wrong with a ledger, and with which entry. */
export interface LedgerFault {
  readonly seq: number;
  readonly fault: string;
}

/** What {@link verifyLedger} has found. */
export interface Verification {
  /** How many entries the file holds. */
  readonly entries: number;
  /** How many of them were checked. Fewer than `entries` if `progress` stopped the check. */
  readonly checked: number;
  /** How many of the first entries were dropped after a checkpoint had sealed them. */
  readonly dropped: number;
  /** How many of the last entries no checkpoint covers yet: these could be cut off unseen. */
  readonly uncovered: number;
  readonly checkpoints: number;
  /** The faults, the first 100 of them. */
  readonly faults: readonly LedgerFault[];
}

const maxFaults = 100;
/** Between two reports of progress. */
const step = 10_000;

interface Stored extends Record<string, unknown> {
  readonly seq: number;
  readonly prev_hash: string;
  readonly hash: string;
}

/**
 * Checks every entry: that it is what was hashed, that it follows the entry before, and that each checkpoint names the hash
 * of its entry and has a good signature. Reads row by row, so a file of any size is checked in little memory.
 *
 * @param publicKey of the checkpoints; without it their signatures are not checked
 * @param progress is told after each 10,000 entries how many are done; it stops the check by returning `false`
 */
export function verifyLedger(
  database: DatabaseSync,
  publicKey: KeyObject | undefined,
  progress: (done: number, all: number) => boolean | void = () => {},
): Verification {
  database.exec("BEGIN"); // other processes may write meanwhile: read one state of the file
  try {
    return verifyRows(database, publicKey, progress);
  } finally {
    database.exec("COMMIT");
  }
}

function verifyRows(
  database: DatabaseSync,
  publicKey: KeyObject | undefined,
  progress: (done: number, all: number) => boolean | void,
): Verification {
  const faults: LedgerFault[] = [];
  const add = (seq: number, fault: string) => {
    if (faults.length < maxFaults) faults.push({ seq, fault });
  };
  const { all, newest, dropped } = database
    .prepare(
      "SELECT (SELECT count(*) FROM entries) AS 'all', (SELECT max(seq) FROM entries) AS newest, (SELECT coalesce(max(size), 0) FROM dropped) AS dropped",
    )
    .get() as { all: number; newest: number | null; dropped: number };
  const notes = database
    .prepare("SELECT size, hash, note FROM checkpoints ORDER BY size")
    .all() as {
    size: number;
    hash: string;
    note: string;
  }[];
  const sealedAt = new Map(notes.map((one) => [one.size, one]));
  for (const { size, hash, note } of notes) {
    const told = readCheckpoint(note, publicKey);
    if (told === undefined) add(size, "the signature of this checkpoint is not good");
    else if (told.size !== size || told.hash !== hash)
      add(size, "this checkpoint says something else than its row");
  }
  let expected = dropped + 1;
  let before = dropped === 0 ? genesis : (sealedAt.get(dropped)?.hash ?? "");
  let done = 0;
  let isStopped = false;
  for (const row of database.prepare("SELECT * FROM entries ORDER BY seq").iterate()) {
    const { hash, ...columns } = row as Stored;
    const { seq, prev_hash } = columns;
    if (seq !== expected) add(seq, `entries ${expected} to ${seq - 1} are missing`);
    else if (prev_hash !== before) add(seq, "this entry does not follow the entry before");
    if (hashOf(withValues(columns)) !== hash) add(seq, "this entry was changed");
    const sealed = sealedAt.get(seq);
    if (sealed !== undefined && sealed.hash !== hash)
      add(seq, "this entry is not what its checkpoint has sealed");
    expected = seq + 1;
    before = hash;
    done += 1;
    isStopped = done % step === 0 && progress(done, all) === false;
    if (isStopped) break;
  }
  const last = notes.at(-1);
  if (!isStopped && last !== undefined && last.size >= expected) {
    add(
      last.size,
      `the last entries are missing: a checkpoint has sealed ${last.size}, the file ends at ${expected - 1}`,
    );
  }
  const uncovered = Math.max(0, (newest ?? dropped) - (last?.size ?? dropped));
  return { entries: all, checked: done, dropped, uncovered, checkpoints: notes.length, faults };
}
