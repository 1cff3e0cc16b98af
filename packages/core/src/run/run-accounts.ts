import { asOfRun } from "../budget/accounting.ts";
import { post, type Balance } from "../budget/balance.ts";
import type { Posting } from "../vocabulary/posting.ts";
import { moves, negated, postingsOf } from "../budget/postings.ts";
import type { NamedBalance } from "../ledger/sum-entries.ts";

/**
 * The accounts of one run, its agents and its tools, under their names in the ledger. The ledger closes them when the
 * run ends; the breaker may still keep the money.
 */
export class RunAccounts {
  readonly run: string;
  readonly #balances: ReadonlyMap<string, Balance>;
  #closed: readonly Posting[] = [];

  constructor(run: string, balances: ReadonlyMap<string, Balance>) {
    this.run = run;
    this.#balances = balances;
  }

  /** The open balances in the ledger. */
  open(): readonly NamedBalance[] {
    return this.#all().map((kept) => ({
      ...kept,
      balance: this.#closed
        .filter(({ account }) => account === kept.account)
        .reduce(post, kept.balance),
    }));
  }

  /** The postings that close spent money. Money held for pending calls stays open until they settle. */
  close(): readonly Posting[] {
    const closing = this.open().flatMap(closingOf).filter(moves);
    this.#closed = this.#all().flatMap(closingOf);
    return closing;
  }

  /** The postings that close everything, before the breaker forgets it. */
  clear(): readonly Posting[] {
    const closing = this.open().flatMap(postingsIn).map(negated).filter(moves);
    this.#closed = [];
    return closing;
  }

  #all(): readonly NamedBalance[] {
    const kept = [...this.#balances].map(([account, balance]) => ({ account, balance }));
    return asOfRun(this.run, kept).map((own) => ({ ...own, window: "life" }));
  }
}

const postingsIn = ({ account, window, balance }: NamedBalance) =>
  postingsOf(account, window, balance);

const closingOf = (kept: NamedBalance): readonly Posting[] =>
  postingsIn({ ...kept, balance: { ...kept.balance, held: {} } }).map(negated);
