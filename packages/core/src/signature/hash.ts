import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** 96 bits, in hexadecimal: short enough for a log, long enough not to collide. */
const length = 24;

/** Node.js and similar platforms have a SHA-256 that is several times faster. Edge platforms may have none. */
// oxlint-disable-next-line no-restricted-globals -- asked for where it is there, never relied on
const native = globalThis.process?.getBuiltinModule?.("node:crypto")?.hash;

/** The first 96 bits of SHA-256, in hexadecimal. */
export function hash(text: string): string {
  return native === undefined
    ? portable(utf8ToBytes(text))
    : native("sha256", text).slice(0, length);
}

export function hashBytes(bytes: Uint8Array): string {
  return native === undefined ? portable(bytes) : native("sha256", bytes).slice(0, length);
}

function portable(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes)).slice(0, length);
}
