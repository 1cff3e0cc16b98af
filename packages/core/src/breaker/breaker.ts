import type { Spending } from "../vocabulary/spending.ts";
import type { OverrideOptions } from "../options/override-options.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";
import type { CircuitStatus, EventName, Listener } from "../vocabulary/events.ts";
import type { OnTrip } from "../vocabulary/on-trip.ts";
import { markContract } from "../vocabulary/contract.ts";
import { ownOptions, type BreakerOptions } from "./breaker-options.ts";
import { checkAgent } from "./check-arguments.ts";
import { Inside } from "./inside.ts";
import { BreakerLane } from "./breaker-lane.ts";
import type { Lane } from "./lane.ts";

/** What is behind a breaker: for adapters, not for users. */
export let insideOf: (breaker: Breaker) => Inside;

/** The lane of an agent in one of the root runs that use a breaker. */
export function laneIn(breaker: Breaker, name: string, id: string, root: string): BreakerLane {
  const lanes = breaker as unknown as { agent(...of: readonly string[]): BreakerLane };
  return lanes.agent(name, id, root);
}

/** The breaker over what is behind it: one and the same as long as a lane or anything else holds what is behind. */
export let breakerOf: (inside: Inside) => Breaker;

const breakers = new WeakMap<Inside, Breaker>();

/**
 * The circuit over one run: one job from its first prompt to its end, by one agent or a whole crew.
 * Made by {@link createBreaker} or by a registry.
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

  /** The breaker's name, or an id where it has none. */
  get id(): string {
    return this.#inside.id;
  }

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

  /** How the circuit reads now. A break that is over reads as `half-open`. */
  get state(): CircuitStatus {
    return this.#inside.circuit.status;
  }

  /** How a trip should reach the code that runs the agent; adapters obey it where they can. */
  get onTrip(): OnTrip {
    return this.#inside.settings.onTrip;
  }

  /** What the run has used so far. */
  get spending(): Spending {
    return this.#inside.spending;
  }

  /** What there is to say about the trip that holds the circuit open, if one does. */
  get trip(): TripReport | undefined {
    return this.#inside.circuit.report();
  }

  /**
   * Aborted when the run is stopped, with the error as its reason. Read it when a run starts: after a
   * recovery there is a new one.
   */
  get signal(): AbortSignal {
    return this.#inside.signal;
  }

  /** Calls `listener` for every event of that name, or with `"*"` for every event. Returns a function that ends it. */
  on<Name extends EventName | "*">(name: Name, listener: Listener<Name>): () => void {
    return this.#inside.events.on(name, listener);
  }

  /** Everything the breaker knows, as plain JSON. It is not to be changed: the breaker shares it. */
  snapshot(): Snapshot {
    return this.#inside.snapshot();
  }

  /** Closes the circuit by hand and forgets all evidence. What was spent stays spent. */
  reset(): void {
    this.#inside.reset();
  }

  /**
   * Ends the run: turns, evidence and the run's accounts are cleared, so a trip for a spent budget
   * ends with it. A trip for a loop stays latched for its break.
   */
  endRun(): void {
    this.#inside.endRun();
  }

  /**
   * Says something over the breaker: forces it open or closed, lets calls pass the rules, or calls pass
   * a trip. Kept with who and why, also in snapshots and in the store. Returns a function that lifts it.
   *
   * @throws {OptionsError} naming every fault with its path and value
   *
   * @example
   * const { signature } = stop; // of a CircuitOpenError or a finding
   * breaker.override({ allow: signature, times: 10, by: "ops", why: "the job is slow today" });
   */
  override(options: OverrideOptions): () => void {
    return this.#inside.override(options);
  }
}

/**
 * Makes a breaker for one run, or for one crew that shares it.
 *
 * @throws {OptionsError} naming every bad option with its path and value
 * @throws {SnapshotError} when `restore` can't be restored
 *
 * @example
 * const breaker = createBreaker({ budget: { usd: 5, modelCalls: 40 } });
 * const lane = breaker.agent("researcher");
 * const page = await lane.run({ kind: "tool", tool: "search", args: { q } }, () => search(q));
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  return breakerOf(new Inside(ownOptions(options)));
}
