import type { Ceilings } from "./ceilings.ts";

/** Who said something over the machine, why, and for how long. */
interface Said {
  readonly id: string;
  readonly by: string;
  readonly why: string;
  readonly at: number;
  /** Milliseconds since the epoch; without it the override holds until it is lifted or used up. */
  readonly until?: number;
}

/** `open`: nothing passes; `closed`: everything passes, and events say what would have happened. */
export interface Force extends Said {
  readonly force: "open" | "closed";
}

/** Calls with this signature pass all rules, so many times. Ceilings still hold. */
export interface Allowance extends Said {
  readonly allow: string;
  readonly times: number;
}

/** So many calls pass although the run has been stopped: a last answer, a human's approval. */
export interface Grant extends Said {
  readonly grant: "tool" | "model" | "delegation";
  readonly times: number;
}

/** So much more than its limits say may be used of an account, by this run. */
interface Extension extends Said {
  readonly extend: Ceilings;
  readonly account: string;
}

/** A human's word over the machine's. A record, not a handle: it survives in snapshots and stores. */
export type Override = Force | Allowance | Grant | Extension;
