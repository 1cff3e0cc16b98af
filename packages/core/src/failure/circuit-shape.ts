import * as v from "valibot";
import { SnapshotError } from "../vocabulary/errors.ts";
import {
  count,
  figure,
  list,
  missing,
  moment,
  object,
  text,
  type Shape,
} from "../run/stored/shapes.ts";
import type {
  CircuitState,
  ClosedPhase,
  Forced,
  HalfOpenPhase,
  OpenPhase,
  ProbeLease,
} from "./circuit-state.ts";
import type { FailureWindow, Slice } from "./failure-window.ts";

type WindowOf<Counts> = Extract<FailureWindow, { counts: Counts }>;

const windowShape: Shape<FailureWindow> = v.variant("counts", [
  object<WindowOf<"in-a-row">>({ counts: v.literal("in-a-row"), failures: count }) as never,
  object<WindowOf<"results">>({
    counts: v.literal("results"),
    results: v.pipe(v.string(), v.regex(/^[fs]{0,10000}$/)),
    failures: count,
  }) as never,
  object<WindowOf<"moments">>({ counts: v.literal("moments"), moments: list(moment) }) as never,
  object<WindowOf<"slices">>({
    counts: v.literal("slices"),
    slices: list(object<Slice>({ at: moment, calls: count, failures: count })),
  }) as never,
]);

const phaseShape: Shape<CircuitState["phase"]> = v.variant("status", [
  object<ClosedPhase>({ status: v.literal("closed"), window: windowShape }) as never,
  object<OpenPhase>({
    status: v.literal("open"),
    openedAt: moment,
    breakMs: count,
    attempt: count,
    since: moment,
  }) as never,
  object<HalfOpenPhase>({
    status: v.literal("half-open"),
    attempt: count,
    since: moment,
    successes: count,
    leases: list(object<ProbeLease>({ id: text, until: moment })),
  }) as never,
]);

const stateShape: Shape<CircuitState> = object<CircuitState>({
  version: v.literal(1),
  generation: count,
  phase: phaseShape,
  forced: missing(
    object<Forced>({
      to: v.picklist(["open", "closed"]),
      by: missing(text),
      why: missing(text),
      until: missing(moment),
    }),
  ),
  opened: count,
  openMs: figure,
});

/**
 * Reads the stored state of a circuit.
 *
 * @throws {SnapshotError} with the path, if the text is damaged or of another version
 */
export function readCircuitState(json: string): CircuitState {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new SnapshotError("circuit: not JSON");
  }
  const read = v.safeParse(stateShape, value);
  if (read.success) return read.output;
  const [issue] = read.issues;
  throw new SnapshotError(`circuit.${v.getDotPath(issue) ?? ""}: ${issue.message}`);
}
