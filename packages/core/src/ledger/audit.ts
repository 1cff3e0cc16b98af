import { plus, type Amounts } from "../budget/amounts.ts";
import { emptyBalance, post, type Balance, type Posting, type Used } from "../budget/balance.ts";

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

/** A balance as it is kept, under the account and the window that postings name. */
export interface Kept {
  readonly account: string;
  readonly window: string;
  readonly balance: Balance;
}

/**
 * Compares balances with what the entries add up to. A balance that is no longer kept, because its window
 * is over, has nothing to be compared with; of one that rolls the slots that it still holds are compared.
 */
export function audit(
  sums: ReadonlyMap<string, readonly Posting[]>,
  balances: readonly Kept[],
): Audit {
  const known = new Set(balances.map(({ account, window }) => `${account} ${window}`));
  // What has no window is kept for good: if it is gone it must add up to nothing.
  const gone = [...sums].flatMap(([name, [first]]): Kept[] =>
    first?.window === "life" && !known.has(name)
      ? [{ account: first.account, window: first.window, balance: emptyBalance }]
      : [],
  );
  const compared = [...balances, ...gone];
  const differences = compared.flatMap(({ account, window, balance }): Difference[] => {
    const postings = sums.get(`${account} ${window}`) ?? [];
    const booked = postings.reduce(post, emptyBalance);
    const kept = new Set(Object.keys(balance.used));
    const inWindow = window.startsWith("rolling")
      ? {
          ...booked,
          used: Object.fromEntries(Object.entries(booked.used).filter(([slot]) => kept.has(slot))),
        }
      : booked;
    const [entries, held] = [figuresOf(inWindow), figuresOf(balance)];
    const isSame = (Object.keys(held) as (keyof AuditedFigures)[]).every(
      (figure) => held[figure] === entries[figure],
    );
    return isSame ? [] : [{ account, window, entries, balance: held }];
  });
  return { ok: differences.length === 0, balances: compared.length, differences };
}

function figuresOf({ used, held }: Balance): AuditedFigures {
  const all = Object.values(used);
  const sum = (figure: keyof Used) => all.reduce((total, one) => total + one[figure], 0);
  const reserved = Object.values(held).reduce<Amounts>(plus, { tokens: 0, nanoUsd: 0 });
  return {
    modelCalls: sum("modelCalls"),
    toolCalls: sum("toolCalls"),
    tokens: sum("tokens"),
    nanoUsd: sum("nanoUsd"),
    heldTokens: reserved.tokens,
    heldNanoUsd: reserved.nanoUsd,
  };
}
