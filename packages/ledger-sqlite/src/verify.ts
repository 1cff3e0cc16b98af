import type { KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { genesis, hashOf, inOrder, type Named } from "./chain.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { readInOrder, type Stored } from "./read-in-order.ts";

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
  /** How many of the last entries no good checkpoint covers: a person could cut these off unseen. */
  readonly uncovered: number;
  readonly checkpoints: number;
  /** The faults, the first 100 of them. */
  readonly faults: readonly LedgerFault[];
}

/** What {@link verifyLedger} checks with. */
export interface VerifyWith {
  /** One of these keys must have signed each checkpoint. Without keys, guard does not check who did. */
  readonly publicKeys?: readonly KeyObject[] | undefined;
  /** A checkpoint that you keep elsewhere. The file must hold all entries that it has sealed. */
  readonly kept?: string | undefined;
  /** Is told after each 10,000 entries how many are done. It stops the check by returning `false`. */
  readonly progress?: ((done: number, all: number) => boolean | void) | undefined;
}

const maxFaults = 100;
/** Between two reports of progress. */
const step = 10_000;

/**
 * Checks every entry: that it is what was hashed, that it follows the entry before, and that each checkpoint names the hash
 * of its entry and has a good signature. Reads row by row, so a file of any size is checked in little memory.
 *
 * @throws {Error} for a `kept` that is no checkpoint, or whose signature is not good
 */
export function verifyLedger(database: DatabaseSync, options: VerifyWith = {}): Verification {
  database.exec("BEGIN"); // other processes may write meanwhile: read one state of the file
  try {
    return verifyRows(database, options);
  } finally {
    database.exec("ROLLBACK"); // nothing was written, and a damaged file refuses to commit
  }
}

function verifyRows(
  database: DatabaseSync,
  { publicKeys, kept, progress = () => {} }: VerifyWith,
): Verification {
  const faults: LedgerFault[] = [];
  const add = (seq: number, fault: string) => {
    if (faults.length < maxFaults) faults.push({ seq, fault });
  };
  const known = kept === undefined ? undefined : readCheckpoint(kept, publicKeys);
  if (kept !== undefined && known === undefined) {
    throw new Error("the checkpoint that you keep: it is no checkpoint, or another key signed it");
  }
  const { newest, dropped, checkpoints } = sizesOf(database);
  const all = Math.max(0, newest - dropped);
  const seals = readSeals(database, publicKeys, add);
  let seal = seals.next().value;
  const sealedHash = (seq: number): string | undefined => {
    while (seal !== undefined && seal.size < seq) seal = seals.next().value;
    return seal?.size === seq ? seal.hash : undefined;
  };

  let names: readonly Named[] | undefined;
  let expected = dropped + 1;
  let before = dropped === 0 ? genesis : sealedHash(dropped);
  let covered = dropped;
  let done = 0;
  let isStopped = false;
  for (const row of readInOrder(database)) {
    const { seq, hash } = row;
    if (seq !== expected) add(seq, `entries ${expected} to ${seq - 1} are missing`);
    if ("unreadable" in row) {
      add(seq, `this entry can't be read: ${String(row.unreadable)}`);
    } else {
      names ??= inOrder(row).filter(([name]) => name !== "hash");
      if (seq === expected && row.prev_hash !== before) {
        add(seq, "this entry does not follow the entry before");
      }
      if (!isAsHashed(row, names)) add(seq, "this entry was changed");
    }
    const sealed = sealedHash(seq);
    if (sealed === hash) covered = seq;
    else if (sealed !== undefined) add(seq, "this entry is not what its checkpoint has sealed");
    if (known?.size === seq && known.hash !== hash) {
      add(seq, "this entry is not what the checkpoint that you keep has sealed");
    }
    expected = seq + 1;
    before = hash;
    done += 1;
    isStopped = done % step === 0 && progress(done, all) === false;
    if (isStopped) break;
  }
  if (isStopped) {
    const uncovered = Math.max(0, newest - checkpoints.newest);
    return {
      entries: all,
      checked: done,
      dropped,
      uncovered,
      checkpoints: checkpoints.count,
      faults,
    };
  }
  const end = Math.max(known?.size ?? 0, checkpoints.newest);
  sealedHash(Infinity); // checks the notes that are left
  if (end >= expected) {
    add(
      end,
      `the last entries are missing: a checkpoint has sealed ${end}, the file ends at ${expected - 1}`,
    );
  }
  const uncovered = expected - 1 - covered;
  return {
    entries: done,
    checked: done,
    dropped,
    uncovered,
    checkpoints: checkpoints.count,
    faults,
  };
}

/** Also for rows with numbers that JavaScript can't hold: such a row is not one that guard has written. */
function sizesOf(database: DatabaseSync) {
  const found = database
    .prepare(
      `SELECT CAST((SELECT max(seq) FROM entries) AS REAL) AS newest,
        CAST((SELECT max(size) FROM dropped) AS REAL) AS dropped,
        CAST((SELECT max(size) FROM checkpoints) AS REAL) AS sealed,
        (SELECT count(*) FROM checkpoints) AS checkpoints`,
    )
    .get()!;
  const dropped = Number(found["dropped"] ?? 0);
  return {
    dropped,
    newest: Number(found["newest"] ?? dropped),
    checkpoints: { newest: Number(found["sealed"] ?? 0), count: Number(found["checkpoints"]) },
  };
}

interface Seal {
  readonly size: number;
  /** Absent if the checkpoint has a fault. */
  readonly hash?: string;
}

/** The checkpoints, the oldest first. Adds the fault of each one that is not good. */
function* readSeals(
  database: DatabaseSync,
  publicKeys: readonly KeyObject[] | undefined,
  add: (seq: number, fault: string) => void,
): Generator<Seal, undefined> {
  const rows = database.prepare(
    `SELECT CAST(size AS REAL) AS size, CAST(hash AS TEXT) AS hash, CAST(note AS TEXT) AS note
     FROM checkpoints ORDER BY checkpoints.size`,
  );
  for (const row of rows.iterate()) {
    const { size, hash, note } = row as { size: number; hash: string; note: string };
    const said = readCheckpoint(note, publicKeys);
    const isGood = said?.size === size && said.hash === hash;
    if (said === undefined) add(size, "the signature of this checkpoint is not good");
    else if (!isGood) add(size, "this checkpoint says something else than its row");
    yield isGood ? { size, hash } : { size };
  }
}

function isAsHashed(row: Stored, names: readonly Named[]): boolean {
  try {
    return hashOf(row, names) === row.hash;
  } catch {
    return false; // guard writes no number that JSON can't hold
  }
}
