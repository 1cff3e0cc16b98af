import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** The first 96 bits of SHA-256, in hexadecimal: short enough for a log, long enough not to collide. */
export function hash(text: string): string {
  return hashBytes(utf8ToBytes(text));
}

export function hashBytes(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes).subarray(0, 12));
}
