import * as v from "valibot";
import type { MachineState } from "../../machine/state.ts";
import { SnapshotError } from "../../vocabulary/errors.ts";
import type { Override } from "../../vocabulary/override.ts";
import { balanceShape } from "./balance-shape.ts";
import { decisionShape, laneShape, pendingShape } from "./call-shapes.ts";
import { laneEvidenceShape } from "./lane-evidence-shape.ts";
import { machineShape } from "./machine-shape.ts";
import { overridesShape } from "./overrides-shape.ts";
import type { PlainState } from "./plain-state.ts";
import { count, entries, object, type Shape } from "./shapes.ts";
import { stateFault } from "./state-fault.ts";
import { turnShape } from "./turn-shape.ts";

const latch = {
  generation: count,
  tripCount: count,
  machine: machineShape,
  overrides: overridesShape,
};

const snapshotShape: Shape<{ readonly version: 2; readonly state: PlainState }> = object({
  version: v.literal(2),
  state: object<PlainState>({
    ...latch,
    tokens: count,
    accounts: entries(balanceShape),
    lanes: entries(laneShape),
    pending: entries(pendingShape),
    decided: entries(decisionShape),
    evidence: entries(laneEvidenceShape),
    turns: entries(turnShape),
  }),
});

/** What a store keeps of a named breaker: its latch, and its overrides. */
export interface StoredCircuit {
  readonly version: 1;
  readonly generation: number;
  readonly tripCount: number;
  readonly machine: MachineState;
  readonly overrides: readonly Override[];
}

const circuitShape: Shape<StoredCircuit> = object<StoredCircuit>({
  version: v.literal(1),
  ...latch,
});

/**
 * The state in a snapshot of this version. It shares nothing with the snapshot.
 *
 * @param what the start of the path in errors
 * @throws {SnapshotError} with the path, if the snapshot is damaged or of another version
 */
export function readSnapshot(snapshot: unknown, what: string): PlainState {
  const { state } = readStored(snapshotShape, snapshot, what);
  const fault = stateFault(state);
  if (fault !== undefined) throw new SnapshotError(`${what}.state.${fault}`);
  return state;
}

/**
 * A circuit as a store has kept it.
 *
 * @throws {SnapshotError} with the path, if it is damaged or of another version
 */
export function readCircuit(circuit: unknown): StoredCircuit {
  return readStored(circuitShape, circuit, "circuit");
}

/**
 * Something that was stored.
 *
 * @param what the start of the path in errors
 * @throws {SnapshotError} with the path, if it has another shape
 */
export function readStored<T>(shape: Shape<T>, value: unknown, what: string): T {
  let parsed: v.SafeParseResult<Shape<T>>;
  try {
    parsed = v.safeParse(shape, value, { abortEarly: true });
  } catch {
    throw new SnapshotError(`${what}: can't be read`); // a getter has thrown
  }
  if (parsed.success) return parsed.output;
  throw new SnapshotError(faultOf(parsed.issues[0], what));
}

const longestPath = 200;

/** The fault and its path. It shows stored numbers and the like, and no texts: these may hold anything. */
function faultOf(issue: v.BaseIssue<unknown>, what: string): string {
  const path = [what, v.getDotPath(issue)].filter(Boolean).join(".").slice(0, longestPath);
  if (issue.expected === null) return `${path}: ${issue.message}`;
  if (issue.expected === "never") return `${path}: there is no such field`;
  const isMissing = issue.type === "strict_object" && issue.expected.startsWith('"');
  if (isMissing) return `${path}: is missing`;
  return `${path}: expected ${issue.expected}, received ${kindOf(issue.input)}`;
}

function kindOf(input: unknown): string {
  if (typeof input === "string") return "a text";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object" && input !== null) return "an object";
  return typeof input === "function" ? "a function" : String(input);
}
