import type { Finding, Reason } from "./call.ts";
import type { Spending } from "./spending.ts";

/** What there is to say about a trip: names, counts and hashes only. */
export interface TripReport {
  readonly run: string;
  readonly at: number;
  readonly reason: Reason;
  readonly finding: Finding;
  readonly tripCount: number;
  /** What the run had used when it was stopped. */
  readonly used: Spending;
}
