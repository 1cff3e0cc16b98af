import type { Finding, Reason } from "./call.ts";
import type { Spending } from "./spending.ts";

/** A report of a trip. It holds names, counts and hashes, never arguments or results. */
export interface TripReport {
  /** The breaker's name or id. */
  readonly run: string;
  /** When, in milliseconds since the epoch. */
  readonly at: number;
  readonly reason: Reason;
  /** What stopped the run. */
  readonly finding: Finding;
  /** How often this breaker has tripped. */
  readonly tripCount: number;
  /** What the run had used when guard stopped it. */
  readonly used: Spending;
}
