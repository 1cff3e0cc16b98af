import type { Accounting } from "../budget/accounting.ts";
import { reasonsFrom, stopFrom, type Reasons, type StopOptions } from "../options/stop-options.ts";
import type { Clock } from "../ports/clock.ts";
import type { Stop, StopSelector } from "../vocabulary/stop.ts";
import type { Emitter } from "./emitter.ts";
import type { Inside } from "./inside.ts";
import type { KnownBreakers } from "./known-breakers.ts";
import { isOf, type Stops } from "./stops.ts";

/** A stop of `registry.stop`, to lift it. */
export interface StopHandle {
  /** The id of the stop in events and in the ledger. */
  readonly id: string;
  /**
   * Lifts the stop: runs that start from now on run. A second call does nothing.
   *
   * @throws {OptionsError} where `by` or `why` is missing
   *
   * @example
   * stop.lift({ by: "ops", why: "mended" });
   */
  lift(reasons: Reasons): void;
}

/** What a stop reaches, and where events and entries go. */
interface StopReach {
  readonly stops: Stops;
  readonly breakers: KnownBreakers;
  readonly events: Emitter;
  readonly accounting: Accounting;
  readonly clock: Clock;
}

/** Stops runs that are under way, and runs that start later. */
export function stopRuns(reach: StopReach, of: StopSelector, options: StopOptions): StopHandle {
  const { stops, accounting, clock } = reach;
  const stop = stopFrom(of, options, { id: accounting.nextId(), at: clock() });
  // Stop all runs before any event: a listener to one must not start something in another.
  const reached = reachedBy(reach, stop);
  stops.add(stop);
  tell(reach, stop, { type: "stop", stop });
  for (const { inside, from } of reached) {
    if (isOneRun(inside)) inside.circuit.stop(stop);
    else inside.movedFrom(from);
  }
  return {
    id: stop.id,
    lift(reasons) {
      const { by, why } = reasonsFrom(reasons, "lift");
      const freed = reachedBy(reach, stop);
      if (!stops.remove(stop)) return;
      tell(reach, stop, { type: "stop-lifted", stop, by, why });
      for (const { inside, from } of freed) inside.movedFrom(from);
    },
  };
}

/** A breaker of one run stays stopped when the stop is lifted; named and shared breakers go on. */
function isOneRun({ name, settings }: Inside): boolean {
  return name === undefined && !settings.shared;
}

function reachedBy({ breakers }: StopReach, { of }: Stop) {
  return breakers
    .live()
    .filter((inside) => isOf(of, inside))
    .map((inside) => ({ inside, from: inside.circuit.status }));
}

type Told =
  | { readonly type: "stop"; readonly stop: Stop }
  | ({ readonly type: "stop-lifted"; readonly stop: Stop } & Reasons);

/** Emits an event and writes a ledger entry. `run` is empty unless the stop names one run. */
function tell({ events, accounting, clock }: StopReach, { of }: Stop, told: Told): void {
  const base = { run: of.run ?? "", at: clock() };
  void accounting.write([{ ...told, ...base, postings: [] }], (...faults) =>
    events.emit(...faults.map((fault) => ({ ...fault, ...base }))),
  );
  events.emit({ ...told, ...base });
}
