import type { Figures, StorePosting } from "../ports/store.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { Used } from "../vocabulary/spending.ts";

/** The figures of a posting, apart from its names. */
const amounts = [
  "modelCalls",
  "toolCalls",
  "delegations",
  "tokens",
  "nanoUsd",
  "heldTokens",
  "heldNanoUsd",
] as const satisfies readonly (keyof Posting)[];

/** Counts a hold: a second one with the same id would make it 2. */
const made = "made";
/** A hold starts with -1. Ending a missing hold would make this 1. */
const ended = "ended";

/** Makes a hold of the postings of a call, once. The end of the hold reads them there. */
export function makeHold(
  key: string,
  postings: readonly Posting[],
  times: Pick<StorePosting, "expiresAt" | "neededUntil">,
): StorePosting {
  const add: Record<string, number> = { [made]: 1, [ended]: -1 };
  for (const posting of postings) {
    const { account, window, slot, expires } = posting;
    const names = JSON.stringify([account, window, slot, expires]);
    for (const amount of amounts) add[`${names} ${amount}`] = posting[amount] ?? 0;
  }
  return { key, add, max: [{ sumOf: [made], atMost: 1 }], ...times };
}

/** Removes a hold. The store refuses this if the hold is missing. */
export function endHold(key: string): StorePosting {
  return { key, add: { [ended]: 1 }, max: [{ sumOf: [ended], atMost: 0 }], expiresAt: 0 };
}

/** The postings of a hold. */
export function heldPostings(figures: Figures): readonly Posting[] {
  const postings = new Map<string, Posting>();
  for (const [name, figure] of Object.entries(figures)) {
    if (!name.startsWith("[")) continue;
    const at = name.lastIndexOf(" ");
    const names = name.slice(0, at);
    const posting = postings.get(names) ?? { ...namesOf(names), ...none };
    postings.set(names, { ...posting, [name.slice(at + 1)]: figure });
  }
  return [...postings.values()];
}

const none: Required<Used> & Pick<Posting, "heldTokens" | "heldNanoUsd"> = {
  modelCalls: 0,
  toolCalls: 0,
  delegations: 0,
  tokens: 0,
  nanoUsd: 0,
  heldTokens: 0,
  heldNanoUsd: 0,
};

function namesOf(names: string): Pick<Posting, "account" | "window" | "slot" | "expires"> {
  const [account, window, slot, expires] = JSON.parse(names) as [string, string, string, string];
  return { account, window, slot, expires };
}
