import { plus } from "../budget/amounts.ts";
import type { Amounts, Used } from "../vocabulary/spending.ts";
import { emptyBalance, type Balance } from "../budget/balance.ts";
import { balanceNameOf } from "../budget/postings.ts";
import type { OpenRuns } from "./open-runs.ts";
import type { NamedBalance } from "./sum-entries.ts";

/** An account whose balance differs from the sum of its entries. */
interface Difference {
  readonly account: string;
  readonly window: string;
  readonly entries: AuditedFigures;
  readonly balance: AuditedFigures;
}

/** The figures of a balance. Money is in nano-dollars. */
interface AuditedFigures extends Used {
  readonly heldTokens: number;
  readonly heldNanoUsd: number;
}

/** The result of an audit. */
export interface Audit {
  /** `true` if all compared balances are the sums of their entries. */
  readonly ok: boolean;
  /** How many balances the audit compared. */
  readonly balances: number;
  readonly differences: readonly Difference[];
  /**
   * How many runs of other processes have not ended. Only their own process knows the balances of such runs, so the audit
   * leaves them out. A process that was killed also leaves such runs. If your run has the same `name`, the audit leaves out
   * your run too.
   */
  readonly openElsewhere: number;
}

/**
 * Compares balances with the sums of their entries. It skips a balance whose window is over, because the store forgets it.
 * In a rolling window it compares the slots that the balance still holds.
 *
 * @param balances the balances that the store and this process know
 * @param open the runs of the entries that are under way
 */
export function audit(
  sums: ReadonlyMap<string, NamedBalance>,
  balances: readonly NamedBalance[],
  { runs, mixed }: OpenRuns,
): Audit {
  const known = new Set(balances.map(balanceNameOf));
  const unknown = [...sums].flatMap(([name, kept]) => (known.has(name) ? [] : kept));
  const elsewhere = new Set(unknown.flatMap(({ account }) => runs.get(account) ?? []));
  for (const run of mixed) elsewhere.add(run);
  // A balance without a window stays for good: the entries of a missing one must add up to 0.
  const gone = unknown
    .filter(({ account, window }) => window === "life" && !runs.has(account))
    .map((kept): NamedBalance => ({ ...kept, balance: emptyBalance }));
  const whole = balances.filter(({ account }) => !mixed.has(runs.get(account) ?? ""));
  const compared = [...whole, ...gone];
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
  return {
    ok: differences.length === 0,
    balances: compared.length,
    differences,
    openElsewhere: elsewhere.size,
  };
}

/** The booked slots that a balance still holds. */
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
