import { spending } from "../budget/balance.ts";
import { runAccount } from "../budget/run-account.ts";
import type { Finding, Token } from "../vocabulary/call.ts";
import { clearAllEvidence, setMachine, setOverrides } from "./write-state.ts";
import type { TripCause } from "./judge-round.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";
import type { CircuitStatus, EventDraft } from "../vocabulary/events.ts";
import { permitMs } from "../machine/admit.ts";
import { inForce } from "../machine/override.ts";
import type { Force, Override } from "../vocabulary/override.ts";
import {
  closed,
  isByHand,
  remainingMs,
  statusAt,
  type MachineState,
  type Trip,
} from "../machine/state.ts";
import { trip } from "../machine/trip.ts";
import type { Settings } from "../options/settings.ts";
import { useLane, type LaneName } from "./use-lane.ts";
import type { LaneContext } from "./lane-context.ts";
import { freshLane, type RunState } from "./state.ts";
import { TokenIds } from "./token-ids.ts";

/** When something is asked, and whether guard acts on it or only observes. */
export interface Enforcement {
  readonly now: number;
  readonly override: Force | undefined;
  readonly enforced: boolean;
}

/** Why a call does not pass, and when to ask again. */
export interface Denial {
  readonly finding: Finding;
  readonly retryAfterMs?: number;
}

/**
 * The state of one run, and its machine: moves the machine, and emits events. It is synchronous, so nothing comes
 * between the parts of a decision.
 */
export class Circuit {
  readonly run: string;
  readonly state: RunState;
  readonly settings: Settings;
  readonly emit: (...events: readonly EventDraft[]) => void;
  readonly tokenIds: TokenIds;
  readonly #stopNow: () => Force | undefined;

  /** @param stopNow returns the stop of the registry that holds for this run now */
  constructor(
    run: string,
    state: RunState,
    settings: Settings,
    emit: Circuit["emit"],
    stopNow: () => Force | undefined,
  ) {
    this.run = run;
    this.state = state;
    this.settings = settings;
    this.emit = emit;
    this.#stopNow = stopNow;
    this.tokenIds = new TokenIds(state, settings.random);
  }

  get status(): CircuitStatus {
    const { now, override } = this.enforcement();
    return override === undefined ? statusAt(this.state.machine, now) : `forced-${override.force}`;
  }

  /** Whether no call may start any more, also none that was allowed before. */
  get latched(): boolean {
    if (this.#isWhole) return false;
    const { now, override, enforced } = this.enforcement();
    const { machine } = this.state;
    const isOpen = machine.status === "open" && statusAt(machine, now) !== "closed";
    return override?.force === "open" || (enforced && isOpen);
  }

  /** Whether the circuit is closed without an override: then time changes nothing. */
  get #isWhole(): boolean {
    const { machine, overrides } = this.state;
    return machine.status === "closed" && overrides.length === 0 && this.#stopNow() === undefined;
  }

  enforcement(): Enforcement {
    const now = this.settings.clock();
    const { machine, overrides } = this.state;
    const override = this.#stopNow() ?? inForce(overrides, now);
    // A human's stop also holds in the mode `observe`.
    const isEnforcing = this.settings.mode === "enforce" || isByHand(machine);
    return { now, override, enforced: isEnforcing && override?.force !== "closed" };
  }

  /** Notes that a lane is in use. */
  useLane(name: LaneName, now: number): void {
    useLane(this.state, name, now, this.settings.idleRunMs);
  }

  /** A lane at this moment. An unknown lane is fresh. */
  laneContext(key: string, agent: string, now: number): LaneContext {
    const lane = this.state.lanes.get(key) ?? freshLane(agent, "");
    return { state: this.state, settings: this.settings, now, key, lane };
  }

  /** Whether this breaker made a token: a pending call of the token has the same lane and generation. */
  gave({ id, lane, generation }: Token): boolean {
    const call = this.state.pending.get(id);
    if (call === undefined) return this.tokenIds.has(id);
    return call.lane === lane && call.generation === generation;
  }

  /** Opens the circuit for a finding. */
  open({ finding, repeats, until }: TripCause, enforcement: Enforcement): void {
    const { random, recovery } = this.settings;
    const cause: Trip = {
      at: enforcement.now,
      finding,
      repeats,
      used: spending(this.state.accounts.get(runAccount)),
      recovers: finding.reason !== "budget" && finding.reason !== "manual",
      until,
    };
    this.move(trip(this.state.machine, cause, enforcement.now, random(), recovery), enforcement);
  }

  /** Opens the circuit for a human's stop, also after another trip: no probe and no last answer follows. */
  stop(by: Force): void {
    if (isByHand(this.state.machine)) return;
    const enforcement = { ...this.enforcement(), enforced: true };
    const { finding } = forcedOpen(by, "", enforcement.now);
    // Grants from before don't hold for this trip.
    setOverrides(
      this.state,
      this.state.overrides.filter((override) => !("grant" in override)),
    );
    this.open({ finding, repeats: [], until: undefined }, enforcement);
  }

  /** A new run goes on from an earlier one, and does not take over its stop. */
  leaveStop(): void {
    const { machine, generation } = this.state;
    if (isByHand(machine)) setMachine(this.state, closed, generation + 1);
  }

  /** Closes the circuit, and forgets its overrides and all evidence. */
  reset(): void {
    setOverrides(this.state, []);
    if (this.state.machine.status !== "closed") return this.move(closed);
    setMachine(this.state, closed, this.state.generation + 1);
    clearAllEvidence(this.state);
  }

  /** There are new overrides. More budget lets a run go on that was stopped for a spent one. */
  extended(overrides: readonly Override[]): void {
    const { machine } = this.state;
    const isSpent = machine.status === "open" && machine.trip.finding.reason === "budget";
    if (isSpent && overrides.some((override) => "extend" in override)) this.move(closed);
  }

  /** Moves the machine, and emits events. A new status is a new generation. */
  move(to: MachineState, enforcement: Enforcement = this.enforcement()): void {
    const from = this.state.machine;
    const moved = from.status !== to.status || isByHand(to);
    const generation = this.state.generation + (moved ? 1 : 0);
    setMachine(this.state, to, generation);
    if (!moved) return;
    if (to.status === "closed") clearAllEvidence(this.state);
    const observed = !enforcement.enforced;
    // Emit both together: events that a listener to the first causes come after the second.
    this.emit(
      { type: "transition", from: from.status, to: to.status, generation, observed },
      ...(to.status === "open"
        ? [{ type: "trip", observed, report: this.report()! } as const]
        : []),
    );
  }

  /** Why a call that was decided before may not start. `undefined` if it may. */
  denial(token?: Token): Denial | undefined {
    if (this.#isWhole) return undefined;
    const { now, override, enforced } = this.enforcement();
    if (override?.force === "open") return forcedOpen(override, "", now);
    const { machine, generation } = this.state;
    if (!enforced || statusAt(machine, now) === "closed" || machine.status === "closed") {
      return undefined;
    }
    const isOurs = token?.generation === generation && this.gave(token);
    if (isOurs && token.granted === true) return undefined;
    if (machine.status === "half-open") {
      if (isOurs && token.refused !== true) return undefined;
      const wait = permitMs(machine, token?.lane ?? "", now, this.settings.recovery);
      return denied(machine.trip.finding, wait === 0 ? undefined : wait);
    }
    return denied(machine.trip.finding, remainingMs(machine, now));
  }

  /** The report of the trip that holds the circuit open. */
  report(): TripReport | undefined {
    const { machine, tripCount } = this.state;
    if (machine.status === "closed") return undefined;
    const { at, finding, used } = machine.trip;
    const { reason } = finding;
    const { delegations = 0 } = used;
    return { run: this.run, at, reason, finding, tripCount, used: { ...used, delegations } };
  }
}

/** A denial with the time to wait, where waiting helps. */
export function denied(finding: Finding, waitMs: number | undefined): Denial {
  return waitMs === undefined || !Number.isFinite(waitMs)
    ? { finding }
    : { finding, retryAfterMs: waitMs };
}

/** The denial while a human holds the circuit open. */
export function forcedOpen({ by, why, until }: Force, agent: string, now: number): Denial {
  const finding: Finding = {
    rule: "manual",
    reason: "manual",
    verdict: "open",
    count: 0,
    limit: 0,
    agent,
    signatures: [],
    cost: { calls: 0, tokens: 0, usd: 0 },
    by,
    why,
  };
  return denied(finding, until === undefined ? undefined : until - now);
}
