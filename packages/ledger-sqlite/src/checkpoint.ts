import type { KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { inTransaction } from "./in-transaction.ts";
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

/** What a note says; `undefined` where it is no checkpoint, or its signature is not good. Without a key it is not checked. */
export function readCheckpoint(
  note: string,
  publicKey: KeyObject | undefined,
): Checkpoint | undefined {
  const text = publicKey === undefined ? note : openNote(note, name, publicKey);
  const [from, size, hash = ""] = (text ?? "").split("\n");
  if (from !== origin) return undefined;
  return { size: Number(size), hash: Buffer.from(hash, "base64").toString("hex") };
}

/** The key that signs checkpoints, and the one that checks them. */
export interface LedgerKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** Seals all entries that no checkpoint covers yet, if there are any. */
export function seal(database: DatabaseSync, key: LedgerKey): void {
  inTransaction(database, () => {
    const head = database
      .prepare("SELECT seq AS size, hash FROM entries ORDER BY seq DESC LIMIT 1")
      .get() as Checkpoint | undefined;
    if (head === undefined) return;
    const { size, hash } = head;
    database
      .prepare("INSERT OR IGNORE INTO checkpoints VALUES (?, ?, ?)")
      .run(size, hash, writeCheckpoint(head, key));
  });
}
