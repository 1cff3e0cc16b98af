import type { Breaker } from "../breaker/breaker.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import type { Handoffs } from "./handoffs.ts";
import type { PausedCalls } from "./leftovers.ts";
import type { Threads } from "./threads.ts";

/** What the runs of one breaker leave to each other. */
export interface SharedByRuns {
  readonly paused: PausedCalls;
  /** The questions whose answers were said over the breaker. */
  readonly approved: Set<string>;
}

/** In which run code runs, as the async context tells. */
export interface Within {
  readonly run: object;
  readonly lastAnswer?: object;
}

/** What a run needs of the source that it belongs to. */
export interface RunOwner {
  /** Whether each run has a breaker of its own, which ends with it. */
  readonly makesBreakers: boolean;
  readonly threads: Threads | undefined;
  breakerFor(restore: Snapshot | undefined): Breaker;
  sharedBy(breaker: Breaker): SharedByRuns;
  within<T>(what: Within, body: () => T): T;
  isWithin(lastAnswer: object): boolean;
  ended(id: string): void;
}

/** What a run needs of the one inside which it begins. */
export interface ParentRun {
  readonly breaker: Breaker;
  readonly mayProbe: boolean;
  readonly isToolUnderWay: boolean;
}

/** What is known of a root run when it begins. */
export interface RunOptions {
  /** How its tools that hand work over are told from others. */
  readonly handoffs?: Handoffs | undefined;
  /** Whether the framework tells of tools that start. Default: `true`. */
  readonly seesTools?: boolean | undefined;
  /** Whether the framework tells when the run ends. Default: `true`. */
  readonly isReported?: boolean | undefined;
  /** The run inside which it begins, in whatever framework. Default: that of the async context. */
  readonly parent?: ParentRun | undefined;
}
