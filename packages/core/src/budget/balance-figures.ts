import type { Figures } from "../ports/store.ts";
import type { Posting } from "../vocabulary/posting.ts";
import type { Amounts, Used } from "../vocabulary/spending.ts";
import { nothing } from "./amounts.ts";
import { unused, type Balance } from "./balance.ts";

/** The figures under which a store keeps a balance, by name. */
export const balanceFigures = {
  startedAt: "startedAt",
  latestAt: "latestAt",
  used: (slot: string, figure: keyof Used): string => `used ${slot} ${figure}`,
  /** What is held for all calls, also for expired ones. Limits compare with this. */
  held: (figure: keyof Amounts): string => `held ${figure}`,
  heldUntil: (expires: string, figure: keyof Amounts): string => `until ${expires} ${figure}`,
  alerted: (ceiling: string): string => `alerted ${ceiling}`,
};

const { used: usedName, held: heldName, heldUntil } = balanceFigures;

/** The figures that a posting adds to its balance. */
export function figuresOfPosting(posting: Posting): Figures {
  const { slot, expires, heldTokens, heldNanoUsd, delegations = 0 } = posting;
  return {
    [usedName(slot, "modelCalls")]: posting.modelCalls,
    [usedName(slot, "toolCalls")]: posting.toolCalls,
    [usedName(slot, "delegations")]: delegations,
    [usedName(slot, "tokens")]: posting.tokens,
    [usedName(slot, "nanoUsd")]: posting.nanoUsd,
    [heldName("tokens")]: heldTokens,
    [heldName("nanoUsd")]: heldNanoUsd,
    [heldUntil(expires, "tokens")]: heldTokens,
    [heldUntil(expires, "nanoUsd")]: heldNanoUsd,
  };
}

/** The balance that a store keeps as figures. */
export function balanceOfFigures(figures: Figures): Balance {
  const used = new Map<string, Used>();
  const held = new Map<string, Amounts>();
  const alerted = new Map<string, number>();
  const { startedAt, latestAt } = figures;
  for (const [name, figure] of Object.entries(figures)) {
    const [kind, of = "", what = ""] = name.split(" ");
    if (kind === "used") used.set(of, { ...(used.get(of) ?? unused), [what]: figure });
    else if (kind === "until") held.set(of, { ...(held.get(of) ?? nothing), [what]: figure });
    else if (kind === "alerted") alerted.set(of, figure);
  }
  return {
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(latestAt === undefined ? {} : { latestAt }),
    used: Object.fromEntries(used),
    held: Object.fromEntries(held),
    alerted: Object.fromEntries(alerted),
  };
}

/** The figures of what was used in a slot. */
export function usedFigures(slot: string): readonly string[] {
  return (Object.keys(unused) as (keyof Used)[]).map((figure) => usedName(slot, figure));
}
