import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LedgerKey } from "./checkpoint.ts";

/** The environment variable that names the key, where no option does. */
export const keyVariable = "GUARD_LEDGER_KEY";

/**
 * The key that signs checkpoints: a private Ed25519 key as PEM text, or the name of a file that holds one.
 *
 * @throws {Error} for a text that is no such key, and for a file that can't be read
 */
export function ledgerKey(given: string): LedgerKey {
  const privateKey = ed25519(createPrivateKey(pemOf(given)));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/**
 * The keys that check checkpoints: private or public Ed25519 keys as PEM text, one after another, or the name of a file that
 * holds them.
 *
 * @throws {Error} for a text that holds no such key, and for a file that can't be read
 */
export function publicLedgerKeys(given: string): readonly KeyObject[] {
  const pem = pemOf(given);
  const keys = pem.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g) ?? [pem];
  return keys.map((key) => ed25519(createPublicKey(key)));
}

function pemOf(given: string): string {
  return given.includes("-----BEGIN") ? given : readFileSync(given, "utf8");
}

function ed25519(key: KeyObject): KeyObject {
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new TypeError(
    `the key of the ledger: expected an Ed25519 key, received ${key.asymmetricKeyType}. ` +
      "Make one: openssl genpkey -algorithm ed25519 -out guard.pem",
  );
}
