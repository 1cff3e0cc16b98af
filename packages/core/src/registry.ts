import { Breaker, type BreakerOptions } from "./breaker.ts";
import { Emitter, type EventName, type Listener } from "./events.ts";
import { setBounded } from "./evidence.ts";
import { normalize, type GuardOptions } from "./options.ts";
import { memoryStore } from "./store/memory.ts";

/** Named breakers that a registry keeps; their trips are in the store, whatever happens. */
const maxNamed = 1_000;

/**
 * Makes breakers, one for each run, with the same options; finds those that have a name. This is what
 * adapters are given: runs of different users then never mix.
 */
export interface Registry {
  /**
   * A breaker for one run. With a name that is known already, that breaker; options that differ from
   * the registry's hold for a breaker that is made.
   */
  breaker(options?: BreakerOptions): Breaker;

  /** Calls `listener` for every event of that name, of all its breakers. Returns a function that ends it. */
  on<Name extends EventName>(name: Name, listener: Listener<Name>): () => void;
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
export function createRegistry(options: GuardOptions = {}): Registry {
  normalize(options);
  const events = new Emitter();
  const named = new Map<string, Breaker>();
  const store =
    options.store ?? memoryStore(options.clock === undefined ? {} : { clock: options.clock });

  return {
    breaker(own = {}) {
      const known = own.name === undefined ? undefined : named.get(own.name);
      const breaker = known ?? new Breaker({ ...options, store, ...own }, events);
      if (breaker.name !== undefined) setBounded(named, breaker.name, breaker, maxNamed);
      return breaker;
    },
    on: (name, listener) => events.on(name, listener),
  };
}
