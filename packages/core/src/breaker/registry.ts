import { breakerOf, type Breaker } from "./breaker.ts";
import { optionsOver, ownOptions, type BreakerOptions } from "./breaker-options.ts";
import { Inside } from "./inside.ts";
import { KnownBreakers } from "./known-breakers.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { markContract } from "../vocabulary/contract.ts";
import { circuitsOf, queuePorts } from "./circuits-of.ts";
import type { FailureCircuit } from "../failure/failure-circuit.ts";
import { humanQueue, type HumanQueue, type HumanQueueOptions } from "../failure/human-queue.ts";
import type { FailureCircuitOptions } from "../failure/circuit-options.ts";
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
 * Makes a breaker for each run, with the same options. Give a registry to every adapter: then runs of different users never
 * mix. {@link createRegistry} makes one, mostly once in a process.
 */
export interface Registry {
  /**
   * Makes a breaker for one run. Its options go over those of the registry. For a name that the registry knows already, it
   * returns that breaker, and the options change nothing.
   *
   * @throws {OptionsError} naming every bad option, its value and what to write instead
   * @throws {SnapshotError} for a snapshot that this version can't restore
   *
   * @example
   * const breaker = registry.breaker({ accounts: { user: "42" } });
   */
  breaker(options?: BreakerOptions): Breaker;

  /**
   * Calls `listener` for each event of that name, of all breakers of this registry, or with `"*"` for every event. Returns
   * a function that removes the listener. A listener that throws changes nothing.
   *
   * @throws {TypeError} for an event that does not exist, and for a listener that is no function
   *
   * @example
   * registry.on("trip", ({ report }) => console.error(report.run, report.reason));
   */
  on<Name extends EventName | "*">(name: Name, listener: Listener<Name>): () => void;

  /**
   * Stops the runs of these accounts, or one run, at once: no tool and no model call starts any more, and `signal` aborts.
   * Runs that start later are stopped, too, until you lift the stop or `until` has passed. `{}` stops every run of this
   * registry. A stop holds in this process.
   *
   * After you lift the stop, new runs start, and breakers with a `name` or `shared` go on. Other runs that were under way
   * stay stopped.
   *
   * @throws {OptionsError} naming every fault with its path and value, such as an `undefined` id or an `until` that has passed
   *
   * @example
   * const stop = registry.stop({ user: "42" }, { by: "ops", why: "runaway agents" });
   * stop.lift({ by: "ops", why: "mended" });
   */
  stop(of: StopSelector, options: StopOptions): StopHandle;

  /**
   * Returns the failure circuit of that name, for a model's provider, the backend of a tool, or an MCP server. Makes a
   * missing one. All runs of this registry share it, and with a `store` all processes. Once you have made a circuit under
   * the name of a provider, such as `"openai"`, every adapter of this registry asks it before a model call.
   *
   * @param options the circuit's own options. Give them once, or the same ones each time
   * @throws {OptionsError} naming every bad option, its value and what to write instead
   *
   * @example
   * const openai = registry.circuit("openai", { failureThreshold: 5, recoveryTimeoutMs: 60_000 });
   * const answer = await openai.call(() => client.responses.create(request));
   */
  circuit<const Name extends string>(
    name: Name,
    options?: FailureCircuitOptions,
  ): FailureCircuit<Name>;

  /**
   * Makes a queue for people: calls wait in it until a person answers them. Use it as the last route of a {@link failover}.
   * Inputs and answers are JSON values. To have the queue's name in the type of `by`, give it as a third type argument:
   * `humanQueue<string, string, "support">`.
   *
   * @throws {OptionsError} for `keepText` without a `store`, and for an option that does not exist
   *
   * @example
   * const people = registry.humanQueue<string, string>({ name: "support" });
   * const [ticket] = await people.waiting();
   * await people.serve(ticket.id, "Your order leaves tomorrow.");
   */
  humanQueue<Input, Answer, const Name extends string = string>(
    options?: HumanQueueOptions<Name>,
  ): HumanQueue<Input, Answer, Name>;

  /** The option `onTrip`: what your code gets when guard stops a run. */
  readonly onTrip: OnTrip;

  /** What the runs of this registry have done and spent: every decision, cost, trip, override and stop. */
  readonly ledger: RegistryLedger;

  /**
   * What a shared account has used, and what guard has reserved of it, in each of its windows.
   *
   * @example
   * const [today] = await registry.balances("user:42");
   */
  balances(account: string): Promise<readonly AccountBalance[]>;
}

/**
 * Makes a registry: what you give to every adapter. Make one when your process starts, and use it for all runs.
 *
 * @throws {OptionsError} naming every bad option, its value and what to write instead
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
  const circuits = circuitsOf(events, settings, accounting.storeDeadline);
  let queues: ReturnType<typeof queuePorts> | undefined;
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
        circuits,
      });
      breakers.add(inside);
      return breakerOf(inside);
    },
    circuit: <const Name extends string>(name: Name, own?: FailureCircuitOptions) =>
      // `get` returns a circuit of this name, but its type says `string`.
      circuits.get(name, own) as unknown as FailureCircuit<Name>,
    humanQueue: (own = {}) => humanQueue(own, (queues ??= queuePorts(events, settings))),
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
