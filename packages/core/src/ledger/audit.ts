import { plus } from "../budget/amounts.ts";
import type { Amounts, Used } from "../vocabulary/spending.ts";
import { emptyBalance, type Balance } from "../budget/balance.ts";
import { balanceNameOf } from "../budget/postings.ts";
import type { NamedBalance } from "./sum-entries.ts";

/** An account whose balance is not what the entries add up to. */
export interface Difference {
  readonly account: string;
  readonly window: string;
  readonly entries: AuditedFigures;
  readonly balance: AuditedFigures;
}

/** The figures of one balance that are compared. Money in nano-dollars, to the last one. */
export interface AuditedFigures extends Used {
  readonly heldTokens: number;
  readonly heldNanoUsd: number;
}

/** What an audit has found. */
export interface Audit {
  readonly ok: boolean;
  /** Balances that were compared. */
  readonly balances: number;
  readonly differences: readonly Difference[];
}

/**
 * Compares balances with what the entries add up to. A balance that is no longer kept, because its window
 * is over, has nothing to be compared with; of one that rolls the slots that it still holds are compared.
 */
export function audit(
  sums: ReadonlyMap<string, NamedBalance>,
  balances: readonly NamedBalance[],
): Audit {
  const known = new Set(balances.map(balanceNameOf));
  // A balance without a window stays for good: a missing one must add up to nothing.
  const gone = [...sums]
    .filter(([name, { window }]) => window === "life" && !known.has(name))
    .map(([, kept]): NamedBalance => ({ ...kept, balance: emptyBalance }));
  const compared = [...balances, ...gone];
  const differences = compared.flatMap((kept): Difference[] => {
    const { account, window, balance } = kept;
    const booked = sums.get(balanceNameOf(kept))?.balance ?? emptyBalance;
    const inWindow = window.startsWith("rolling") ? slotsOf(booked, balance) : booked;
    const [entries, held] = [figuresOf(inWindow), figuresOf(balance)];
    const isSame = (Object.keys(held) as (keyof AuditedFigures)[]).every(
      (figure) => held[figure] === entries[figure],
    );
    return isSame ? [] : [{ account, window, entries, balance: held }];
  });
  return { ok: differences.length === 0, balances: compared.length, differences };
}

/** Of what was booked, the slots that a balance still holds. */
function slotsOf(booked: Balance, { used }: Balance): Balance {
  const slots = Object.entries(booked.used).filter(([slot]) => slot in used);
  return { ...booked, used: Object.fromEntries(slots) };
}

function figuresOf({ used, held }: Balance): AuditedFigures {
  const all = Object.values(used);
  const sum = (figure: keyof Used) => all.reduce((total, one) => total + (one[figure] ?? 0), 0);
  const reserved = Object.values(held).reduce<Amounts>(plus, { tokens: 0, nanoUsd: 0 });
  return {
    modelCalls: sum("modelCalls"),
    toolCalls: sum("toolCalls"),
    delegations: sum("delegations"),
    tokens: sum("tokens"),
    nanoUsd: sum("nanoUsd"),
    heldTokens: reserved.tokens,
    heldNanoUsd: reserved.nanoUsd,
  };
}
