import type { KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { openNote, signNote } from "./signed-note.ts";

/** Who signs, in the note. */
const name = "guard-ledger";
const origin = "guard ledger";

/** What a checkpoint says: so many entries there were, and this is the hash of the last one. */
export interface Checkpoint {
  readonly size: number;
  readonly hash: string;
}

/** The checkpoint as a signed note. */
function writeCheckpoint({ size, hash }: Checkpoint, key: LedgerKey): string {
  const text = `${origin}\n${size}\n${Buffer.from(hash, "hex").toString("base64")}\n`;
  return signNote(text, name, key.privateKey, key.publicKey);
}

/** What a note says; `undefined` if it is no checkpoint, or no key has signed it. Without keys, guard checks no signature. */
export function readCheckpoint(
  note: string,
  publicKeys: readonly KeyObject[] | undefined,
): Checkpoint | undefined {
  const text = publicKeys === undefined ? note : signedText(note, publicKeys);
  const [from, size, hash = ""] = (text ?? "").split("\n");
  if (from !== origin) return undefined;
  return { size: Number(size), hash: Buffer.from(hash, "base64").toString("hex") };
}

function signedText(note: string, publicKeys: readonly KeyObject[]): string | undefined {
  for (const key of publicKeys) {
    const text = openNote(note, name, key);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The key that signs checkpoints, and the one that checks them. */
export interface LedgerKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * Seals all entries that no checkpoint covers yet, if they are `least` or more. Counts the entries of all processes. Runs in
 * the transaction that appends the last one.
 */
export function sealer(database: DatabaseSync, key: LedgerKey): (least: number) => void {
  const newest = database.prepare(
    "SELECT seq AS size, hash FROM entries ORDER BY seq DESC LIMIT 1",
  );
  const covered = database.prepare("SELECT coalesce(max(size), 0) AS size FROM checkpoints");
  const insert = database.prepare("INSERT INTO checkpoints VALUES (?, ?, ?)");
  return (least) => {
    const head = newest.get() as Checkpoint | undefined;
    const { size } = covered.get() as { size: number };
    if (head === undefined || head.size - size < least) return;
    insert.run(head.size, head.hash, writeCheckpoint(head, key));
  };
}

/** The newest checkpoint of a file, as a signed note. */
export function newestCheckpoint(database: DatabaseSync): string | undefined {
  const found = database.prepare("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1").get();
  return found && String(found["note"]);
}
