import type { Accounts } from "../vocabulary/accounts.ts";
import type { Clock } from "../ports/clock.ts";
import type { Stop, StopSelector } from "../vocabulary/stop.ts";

/** A run, and its accounts. */
interface Stoppable {
  readonly id: string;
  readonly settings: { readonly accounts: Accounts; readonly clock: Clock };
}

/** The stops of a registry. It never drops a stop that still holds. */
export class Stops {
  readonly #stops = new Map<string, Stop>();

  add(stop: Stop): void {
    for (const [id, { until }] of this.#stops) {
      if (until !== undefined && until <= stop.at) this.#stops.delete(id);
    }
    this.#stops.set(stop.id, stop);
  }

  /** Removes a stop. Returns whether it was still there. */
  remove({ id }: Stop): boolean {
    return this.#stops.delete(id);
  }

  /** The stop that holds for a run now: the latest of several. */
  over(run: Stoppable): Stop | undefined {
    if (this.#stops.size === 0) return undefined;
    const now = run.settings.clock();
    return [...this.#stops.values()].findLast(
      ({ of, until }) => isOf(of, run) && (until === undefined || until > now),
    );
  }
}

/** Whether a stop is for a run. */
export function isOf(selector: StopSelector, { id, settings }: Stoppable): boolean {
  const own: StopSelector = { ...settings.accounts, run: id };
  return (Object.keys(selector) as (keyof StopSelector)[]).every(
    (name) => own[name] === selector[name],
  );
}
