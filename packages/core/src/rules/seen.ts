import type { Table, Entry } from "./evidence.ts";
import { isRepeatedOnPurpose } from "./policy.ts";
import type { SignedCall } from "./signed-call.ts";

/** An outcome by its hashes: of all of it, and of what is left after masking. */
interface Hashes {
  readonly exact: string;
  readonly masked: string;
}

/** The memory of one lane in one turn: which signatures it asked for, and what came back for each. */
export const seenTable = "seen";

/**
 * What an outcome brings. `new`: its signature is new, or has not had it in this turn; `masked`: equal
 * to an earlier one but for numbers and ids; `same`: exactly an earlier one.
 */
export type Novelty = "new" | "masked" | "same";

export function knowsSignature(seen: Table, signature: string): boolean {
  return seen.has(signature);
}

/** Tools that are repeated on purpose are judged by their exact outcome: a changed digit is news. */
export function noveltyOf(seen: Table, call: SignedCall, outcome: Hashes): Novelty {
  if (seen.has(exactKey(call, outcome))) return "same";
  if (!isRepeatedOnPurpose(call.policy) && seen.has(maskedKey(call, outcome))) return "masked";
  return "new";
}

/** What has to be remembered of an outcome. */
export function seenEntries(call: SignedCall, outcome: Hashes): readonly Entry[] {
  return [
    [call.signature, 1],
    [exactKey(call, outcome), 1],
    [maskedKey(call, outcome), 1],
  ];
}

const exactKey = (call: SignedCall, outcome: Hashes) => `${call.signature}=${outcome.exact}`;
const maskedKey = (call: SignedCall, outcome: Hashes) => `${call.signature}~${outcome.masked}`;
