import { createHash, sign, verify, type KeyObject } from "node:crypto";

/** The kind of key in a note's signature: Ed25519. */
const ed25519 = 1;

/**
 * A text with a signature below it, as C2SP signed notes have it (https://c2sp.org/signed-note): other tools read and
 * verify it.
 *
 * @param text ends with a line break
 */
export function signNote(
  text: string,
  name: string,
  privateKey: KeyObject,
  publicKey: KeyObject,
): string {
  const signature = sign(null, Buffer.from(text), privateKey);
  const signed = Buffer.concat([keyId(name, publicKey), signature]);
  return `${text}\n— ${name} ${signed.toString("base64")}\n`;
}

/** The text of a note, where its signature of that name and key holds; else `undefined`. */
export function openNote(note: string, name: string, publicKey: KeyObject): string | undefined {
  const end = note.lastIndexOf("\n\n");
  const text = note.slice(0, end + 1);
  for (const line of note.slice(end + 2).split("\n")) {
    const [dash, by, base64 = ""] = line.split(" ");
    if (dash !== "—" || by !== name) continue;
    const signed = Buffer.from(base64, "base64");
    const isKey = signed.subarray(0, 4).equals(keyId(name, publicKey));
    if (isKey && verify(null, Buffer.from(text), publicKey, signed.subarray(4))) return text;
  }
  return undefined;
}

/** The public key as one line, as the tools of C2SP take it: name, id and key. */
export function verifierKey(name: string, publicKey: KeyObject): string {
  const key = Buffer.concat([Buffer.of(ed25519), rawKey(publicKey)]).toString("base64");
  return `${name}+${keyId(name, publicKey).toString("hex")}+${key}`;
}

/** The first four bytes of the hash of name, kind and key. */
function keyId(name: string, publicKey: KeyObject): Buffer {
  const hash = createHash("sha256").update(`${name}\n`).update(Buffer.of(ed25519));
  return hash.update(rawKey(publicKey)).digest().subarray(0, 4);
}

/** The 32 bytes of an Ed25519 key. */
function rawKey(publicKey: KeyObject): Buffer {
  return Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
}
