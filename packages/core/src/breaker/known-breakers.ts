import { setBounded } from "../collections/bounded-map.ts";
import type { NamedBalance } from "../ledger/sum-entries.ts";
import type { RunAccounts } from "../run/run-accounts.ts";
import type { Inside } from "./inside.ts";

/**
 * How many named breakers the registry finds again although nothing else holds them. Their trips are in the store
 * anyway.
 */
const maxKept = 1_000;

const firstSweep = 1_000;

interface Known {
  readonly inside: WeakRef<Inside>;
  readonly accounts: RunAccounts;
}

/**
 * The breakers of a registry. It finds each as long as anything holds it. When nothing holds a breaker any more, its
 * accounts go to `closeAccounts`.
 */
export class KnownBreakers {
  readonly #byId = new Map<string, Known>();
  readonly #kept = new Map<string, Inside>();
  readonly #closeAccounts: (accounts: RunAccounts) => void;
  #sweepAt = firstSweep;

  constructor(closeAccounts: (accounts: RunAccounts) => void) {
    this.#closeAccounts = closeAccounts;
  }

  find(name: string): Inside | undefined {
    const inside = this.#byId.get(name)?.inside.deref();
    if (inside?.name !== name) return undefined;
    setBounded(this.#kept, name, inside, maxKept);
    return inside;
  }

  add(inside: Inside): void {
    const { id, name } = inside;
    this.#dropIfUnheld(id);
    this.#byId.set(id, { inside: new WeakRef(inside), accounts: inside.books.own });
    if (name !== undefined) setBounded(this.#kept, name, inside, maxKept);
    if (this.#byId.size >= this.#sweepAt) this.#sweep();
  }

  /** The breakers that anything still holds. */
  live(): readonly Inside[] {
    return [...this.#byId.values()].flatMap(({ inside }) => inside.deref() ?? []);
  }

  /** The open balances of all breakers. */
  openAccounts(): readonly NamedBalance[] {
    return [...this.#byId.values()].flatMap(({ accounts }) => accounts.open());
  }

  /** The next sweep waits until there are twice as many, so one breaker costs little. */
  #sweep(): void {
    for (const id of this.#byId.keys()) this.#dropIfUnheld(id);
    this.#sweepAt = Math.max(firstSweep, 2 * this.#byId.size);
  }

  #dropIfUnheld(id: string): void {
    const known = this.#byId.get(id);
    if (known === undefined || known.inside.deref() !== undefined) return;
    this.#byId.delete(id);
    this.#closeAccounts(known.accounts);
  }
}
