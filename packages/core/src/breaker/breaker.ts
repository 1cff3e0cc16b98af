import type { Accounts } from "../vocabulary/accounts.ts";
import type { Spending } from "../vocabulary/spending.ts";
import type { OverrideOptions } from "../options/override-options.ts";
import type { Reasons } from "../options/stop-options.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";
import type { CircuitStatus, EventName, Listener } from "../vocabulary/events.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import type { Override } from "../vocabulary/override.ts";
import { holding } from "../machine/override.ts";
import { markContract } from "../vocabulary/contract.ts";
import { ownOptions, type BreakerOptions } from "./breaker-options.ts";
import { checkAgent } from "./check-arguments.ts";
import { Inside } from "./inside.ts";
import { BreakerLane } from "./breaker-lane.ts";
import type { Lane } from "./lane.ts";

/** Gives what a breaker hides, for adapters. */
export let insideOf: (breaker: Breaker) => Inside;

/** The lane of an agent in one of the root runs that use a breaker. */
export function laneIn(breaker: Breaker, name: string, id: string, root: string): BreakerLane {
  const lanes = breaker as unknown as { agent(...of: readonly string[]): BreakerLane };
  return lanes.agent(name, id, root);
}

/** Gives the breaker again. It is always the same object, as long as a lane or anything else holds what it hides. */
export let breakerOf: (inside: Inside) => Breaker;

const breakers = new WeakMap<Inside, Breaker>();

/**
 * Guards one run: one job from its first prompt to its end, by one agent or a whole crew. {@link createBreaker} and
 * `registry.breaker()` make breakers.
 */
export class Breaker {
  readonly #inside: Inside;

  static {
    insideOf = (breaker) => breaker.#inside;
    breakerOf = (inside) => breakers.get(inside) ?? new Breaker(inside);
  }

  private constructor(inside: Inside) {
    markContract(this);
    this.#inside = inside;
    breakers.set(inside, this);
  }

  /** The breaker's name, or a random id if it has none. */
  get id(): string {
    return this.#inside.id;
  }

  /** The option `name`. */
  get name(): string | undefined {
    return this.#inside.name;
  }

  /**
   * The lane of one agent: what you ask for its calls. Agents with other names are judged apart and share the budget.
   *
   * @param name the agent's name. Default: `"agent"`
   * @param id tells instances of one agent apart that work at the same time
   * @throws {TypeError} for a name that is no text
   *
   * @example
   * const lane = breaker.agent("researcher");
   */
  agent(name?: string, id?: string): Lane;
  agent(name = "agent", id = "", root?: string): Lane {
    // Adapters give the root run, where several use the breaker. Frameworks may have any name for an agent.
    if (root === undefined) checkAgent(name, id);
    return new BreakerLane(this.#inside, name, id, root ?? "");
  }

  /** The state of the circuit: `"closed"` while calls run, `"open"` after a trip, `"half-open"` after the cooldown. */
  get state(): CircuitStatus {
    return this.#inside.circuit.status;
  }

  /** The option `onTrip`: what your code gets when guard stops the run. */
  get onTrip(): OnTrip {
    return this.#inside.settings.onTrip;
  }

  /** The option `accounts`: who pays for the run, and its session. */
  get accounts(): Accounts {
    return this.#inside.settings.accounts;
  }

  /** What the run has used so far: calls, tokens and USD. */
  get spending(): Spending {
    return this.#inside.spending;
  }

  /** The report of the trip that holds the circuit open. `undefined` while the circuit is closed. */
  get trip(): TripReport | undefined {
    return this.#inside.circuit.report();
  }

  /** The overrides that hold now, with who and why. `until` and the uses that are left are those of this moment. */
  get overrides(): readonly Override[] {
    const { state, settings } = this.#inside.circuit;
    return holding(state.overrides, settings.clock());
  }

  /**
   * Aborts when guard stops the run, with the `CircuitOpenError` as its reason. Read it when a run starts: after a recovery
   * there is a new signal.
   *
   * @example
   * await fetch(url, { signal: breaker.signal });
   */
  get signal(): AbortSignal {
    return this.#inside.signal;
  }

  /**
   * Calls `listener` for each event of that name, or with `"*"` for every event. Returns a function that removes the
   * listener. A listener that throws changes nothing.
   *
   * @throws {TypeError} for an event that does not exist, and for a listener that is no function
   *
   * @example
   * const off = breaker.on("trip", ({ report }) => console.error(report.reason, report.used));
   */
  on<Name extends EventName | "*">(name: Name, listener: Listener<Name>): () => void {
    return this.#inside.events.on(name, listener);
  }

  /**
   * The state of the breaker, as plain JSON. Don't change it: the breaker shares it. `createBreaker({ restore })` goes on
   * from it.
   */
  snapshot(): Snapshot {
    return this.#inside.snapshot();
  }

  /**
   * Closes the circuit, lifts all overrides and forgets all evidence. What the run has spent stays spent. A breaker with a
   * `name` does so for all processes that share its store.
   *
   * @param said who resets, and why. With it, the ledger gets an entry
   * @throws {OptionsError} naming every fault with its path and value
   *
   * @example
   * breaker.reset({ by: "ops", why: "the search works again" });
   */
  reset(said?: Reasons): void {
    this.#inside.reset(said);
  }

  /**
   * Reads the trip and the overrides of a breaker with a `name` from its store. The first call of a run does this by itself. Then
   * `state`, `trip` and `overrides` tell what an earlier process has left.
   *
   * @example
   * const job = registry.breaker({ name: "nightly-audit" });
   * await job.ready();
   * if (job.state === "open") console.log(job.trip?.reason);
   */
  async ready(): Promise<void> {
    await this.#inside.latch.ready();
  }

  /**
   * Ends the run: the breaker forgets turns and evidence, and its budget starts at zero. This ends a trip for a spent
   * budget. After a trip for a loop the circuit stays open until its cooldown is over.
   */
  endRun(): void {
    this.#inside.endRun();
  }

  /**
   * Applies a human's decision: forces the circuit open or closed, extends a budget, or lets calls run that guard would refuse.
   * Snapshots and the store keep it, with who and why. Returns a function that lifts the override.
   *
   * @throws {OptionsError} naming every fault with its path and value
   *
   * @example
   * const { signature } = stop; // a CircuitOpenError
   * breaker.override({ allow: signature, times: 10, by: "ops", why: "the job is slow today" });
   */
  override(options: OverrideOptions): () => void {
    return this.#inside.override(options);
  }
}

/**
 * Makes a breaker for one run, or for one crew that shares it. For many runs, such as in a server, make a registry with
 * `createRegistry`: it makes a breaker for each run.
 *
 * @throws {OptionsError} naming every bad option, its value and what to write instead
 * @throws {SnapshotError} for a snapshot that this version can't restore
 *
 * @example
 * const breaker = createBreaker({ budget: { usd: 5, modelCalls: 40 } });
 * const lane = breaker.agent("researcher");
 * const page = await lane.run({ kind: "tool", tool: "search", args: { q } }, () => search(q));
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  return breakerOf(new Inside(ownOptions(options)));
}
