import { breakerOf, type Breaker } from "./breaker.ts";
import { optionsOver, ownOptions, type BreakerOptions } from "./breaker-options.ts";
import { Inside } from "./inside.ts";
import { KnownBreakers } from "./known-breakers.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { markContract } from "../vocabulary/contract.ts";
import { Emitter } from "./emitter.ts";
import type { EventName, Listener } from "../vocabulary/events.ts";
import { Accounting } from "../budget/accounting.ts";
import { accountBalances, type AccountBalance } from "../budget/account-balances.ts";
import { readOptions } from "../options/options-schema.ts";
import { stopRuns, type StopHandle } from "./stop-runs.ts";
import { Stops } from "./stops.ts";
import type { StopOptions } from "../options/stop-options.ts";
import type { StopSelector } from "../vocabulary/stop.ts";
import { normalize } from "../options/settings.ts";
import type { GuardOptions } from "../options/guard-options.ts";
import { memoryLedger } from "../ledger/memory-ledger.ts";
import { registryLedger, type RegistryLedger } from "../ledger/registry-ledger.ts";
import { memoryStore } from "../store/memory-store.ts";

/**
 * Makes breakers, one for each run, with the same options; finds those that have a name. This is what
 * adapters are given: runs of different users then never mix.
 */
export interface Registry {
  /**
   * A breaker for one run. With a name that is known already, that breaker; options that differ from
   * the registry's hold for a breaker that is made, but shared accounts and the ledger are the registry's.
   */
  breaker(options?: BreakerOptions): Breaker;

  /**
   * Calls `listener` for every event of that name, or with `"*"` for every event, of all its breakers. Returns
   * a function that ends it.
   */
  on<Name extends EventName | "*">(name: Name, listener: Listener<Name>): () => void;

  /**
   * Stops the runs that spend the money of these accounts, or the one run, at once: no tool and no model call starts any
   * more, and `signal` is aborted. What starts later is stopped as well, until the handle lifts the stop or `until` has
   * passed. `{}` stops every run of this registry. Holds in this process.
   *
   * A run that was under way stays stopped when the stop is lifted. A breaker with a name, one that is `shared`, and what
   * starts anew go on.
   *
   * @throws {OptionsError} naming every fault with its path and value; an `undefined` id is one, and an `until` that has passed
   *
   * @example
   * const stop = registry.stop({ user: "42" }, { by: "ops", why: "runaway agents" });
   * stop.lift({ by: "ops", why: "mended" });
   */
  stop(of: StopSelector, options: StopOptions): StopHandle;

  /** How a trip of its breakers should reach the caller. */
  readonly onTrip: OnTrip;

  /** What its runs have done and spent: every decision, settlement, trip, override and stop. */
  readonly ledger: RegistryLedger;

  /** What a shared account, such as `user:42`, has used and what is held of it, in each of its windows. */
  balances(account: string): Promise<readonly AccountBalance[]>;
}

/**
 * Makes a registry.
 *
 * @throws {OptionsError} naming every bad option with its path and value
 *
 * @example
 * const registry = createRegistry({ budget: { usd: 5, modelCalls: 40 } });
 * registry.on("trip", ({ report }) => console.error(report.run, report.reason));
 */
export function createRegistry(given: GuardOptions = {}): Registry {
  const events = new Emitter();
  const options = readOptions(given);
  const settings = normalize({ ...options, ledger: options.ledger ?? memoryLedger() });
  const store = options.store ?? memoryStore({ clock: settings.clock });
  const accounting = new Accounting(store, settings);
  const stops = new Stops();
  const breakers = new KnownBreakers((accounts) => {
    const postings = accounts.clear();
    if (postings.length === 0) return;
    const base = { run: accounts.run, at: settings.clock() };
    const entry = { type: "run-ended", postings, ...base } as const;
    void accounting.write([entry], (...told) =>
      events.emit(...told.map((event) => ({ ...event, ...base }))),
    );
  });

  const registry: Registry = {
    breaker(changes = {}) {
      const own = ownOptions(changes);
      const known = own.name === undefined ? undefined : breakers.find(own.name);
      if (known !== undefined) return breakerOf(known);
      const inside = new Inside(optionsOver({ ...options, store }, own), {
        events,
        accounting,
        stops,
      });
      breakers.add(inside);
      return breakerOf(inside);
    },
    ledger: registryLedger(accounting, () => breakers.openAccounts()),
    stop: (of, how) =>
      stopRuns({ stops, breakers, events, accounting, clock: settings.clock }, of, how),
    onTrip: settings.onTrip,
    balances: (account) => accountBalances(store, account, settings.clock()),
    on: (name, listener) => events.on(name, listener),
  };
  markContract(registry);
  Object.defineProperty(registry, "agent", { value: noAgent });
  return registry;
}

/** A registry has no agents: without types people take it for a breaker. */
function noAgent(): never {
  throw new TypeError(
    "registry.agent: a registry has no agents (write registry.breaker().agent(name))",
  );
}
