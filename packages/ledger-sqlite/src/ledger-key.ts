import { createPrivateKey, createPublicKey } from "node:crypto";
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
  const pem = given.includes("-----BEGIN") ? given : readFileSync(given, "utf8");
  const privateKey = createPrivateKey(pem);
  if (privateKey.asymmetricKeyType !== "ed25519") {
    throw new TypeError(
      `the key of the ledger: expected an Ed25519 key, received ${privateKey.asymmetricKeyType}. ` +
        "Make one: openssl genpkey -algorithm ed25519 -out guard.pem",
    );
  }
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
