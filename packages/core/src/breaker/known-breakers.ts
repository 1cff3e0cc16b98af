import { setBounded } from "../collections/bounded-map.ts";
import type { NamedBalance } from "../ledger/sum-entries.ts";
import type { RunAccounts } from "../run/run-accounts.ts";
import type { Inside } from "./inside.ts";

/** Named breakers that are found again although nothing else holds them; their trips are in the store anyway. */
const maxKept = 1_000;

const firstSweep = 1_000;

interface Known {
  readonly inside: WeakRef<Inside>;
  readonly accounts: RunAccounts;
}

/**
 * The breakers of a registry: each is found as long as anything holds it. The accounts of those that nothing
 * holds any more are handed to `closeAccounts`.
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

  /** Those that anything still holds. */
  live(): readonly Inside[] {
    return [...this.#byId.values()].flatMap(({ inside }) => inside.deref() ?? []);
  }

  /** What stands in the accounts of all of them. */
  openAccounts(): readonly NamedBalance[] {
    return [...this.#byId.values()].flatMap(({ accounts }) => accounts.open());
  }

  /** Each sweep waits until there are twice as many, so one breaker costs little. */
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
