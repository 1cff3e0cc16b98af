import * as v from "valibot";
import { findingShape, reasonShape } from "../run/stored/finding-shape.ts";
import { spendingShape } from "../run/stored/machine-shape.ts";
import {
  count,
  list,
  missing,
  moment,
  object,
  record,
  text,
  type Shape,
} from "../run/stored/shapes.ts";
import type { Snapshot } from "../vocabulary/snapshot.ts";
import type { TripReport } from "../vocabulary/trip-report.ts";

const trip: Shape<TripReport> = object<TripReport>({
  run: text,
  at: moment,
  reason: reasonShape,
  finding: findingShape,
  tripCount: count,
  used: spendingShape,
});

/** What a thread's state keeps of guard: plain JSON. */
export interface GuardRecord {
  /** Everything the breaker knows: evidence, money and the trip. */
  readonly snapshot: Snapshot;
  /** The trip that holds the circuit open, if one does. */
  readonly trip?: TripReport;
  /** For each call that has not started: the answer that asked for it, by the call's key. */
  readonly open?: Readonly<Record<string, string>>;
  /** The questions whose answers are in the snapshot. */
  readonly approved?: readonly string[];
}

/** A record without its snapshot. */
export const guardRecordShape: Shape<GuardRecord> = object<GuardRecord>({
  snapshot: v.custom<Snapshot>((value) => typeof value === "object"),
  trip: missing(trip),
  open: missing(record(text, text)),
  approved: missing(list(text)),
});
