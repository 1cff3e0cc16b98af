import type { OnTrip } from "../vocabulary/on-trip.ts";
import type { Handoffs } from "./handoffs.ts";
import type { BreakerSource } from "./source.ts";
import type { Threads } from "./threads.ts";

/** What a run needs of the runs of its source. */
export interface RunOwner {
  readonly source: BreakerSource;
  readonly exits: ReadonlySet<OnTrip>;
  readonly threads: Threads | undefined;
  ended(id: string): void;
}

/** What is known of a root run when it begins. */
export interface RunOptions<Of = never> {
  /** How its tools that hand work over are told from others. */
  readonly handoffs?: Handoffs | undefined;
  /** Whether the framework tells of tools that start. Default: `true`. */
  readonly seesTools?: boolean | undefined;
  /** Whether the framework tells when the run ends. Default: `true`. */
  readonly isReported?: boolean | undefined;
  /** The run inside which it begins, in any framework. Default: that of the async context. */
  readonly parent?: Of | undefined;
}
