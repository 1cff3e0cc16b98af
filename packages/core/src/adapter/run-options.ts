import type { OnTrip } from "../vocabulary/on-trip.ts";
import type { Handoffs } from "./handoffs.ts";
import type { BreakerSource } from "./source.ts";
import type { Threads } from "./threads.ts";

/** What a run needs from the runs of its source. */
export interface RunOwner {
  readonly source: BreakerSource;
  readonly exits: ReadonlySet<OnTrip>;
  readonly threads: Threads | undefined;
  ended(id: string): void;
}

/** What an adapter knows about a root run when it begins. */
export interface RunOptions<Of = never> {
  /** Tells tools that hand work over from other tools. */
  readonly handoffs?: Handoffs | undefined;
  /** Whether the framework reports tools that start. Default: `true`. */
  readonly seesTools?: boolean | undefined;
  /** Whether the framework reports the end of the run. Default: `true`. */
  readonly isReported?: boolean | undefined;
  /** The run inside which this run begins, in any framework. Default: the run of the async context. */
  readonly parent?: Of | undefined;
}
