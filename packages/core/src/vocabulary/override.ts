import type { Ceilings } from "./ceilings.ts";

/** Who decided, why, and for how long. */
interface Said {
  readonly id: string;
  readonly by: string;
  readonly why: string;
  readonly at: number;
  /** When it ends, in milliseconds since the epoch. Absent: when it is lifted or used up. */
  readonly until?: number;
}

/** `open`: no call runs. `closed`: every call runs, and events say what guard would have done. */
export interface Force extends Said {
  readonly force: "open" | "closed";
}

/** Calls with this signature run, `times` times, although a rule would refuse them. Budgets still hold. */
export interface Allowance extends Said {
  readonly allow: string;
  readonly times: number;
}

/** Calls of this kind run although the run is stopped, `times` times: a last answer, or one that a human has approved. */
export interface Grant extends Said {
  readonly grant: "tool" | "model" | "delegation";
  readonly times: number;
}

/** The run may use more of an account than the limit says. */
interface Extension extends Said {
  readonly extend: Ceilings;
  readonly account: string;
}

/** An override as events, snapshots and the ledger show it. */
export type Override = Force | Allowance | Grant | Extension;
