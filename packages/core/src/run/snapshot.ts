import type { Snapshot } from "../vocabulary/snapshot.ts";
import * as v from "valibot";
import { toolPolicies, verdicts } from "../vocabulary/call.ts";
import { SnapshotError } from "../vocabulary/errors.ts";
import type { Override } from "../vocabulary/override.ts";
import type { MachineState } from "../machine/state.ts";
import { freshState, type RunState } from "./state.ts";

/** The little of a named breaker that outlives its process: the latch, and who has moved it. */
export interface Head {
  readonly version: 1;
  readonly generation: number;
  readonly tripCount: number;
  readonly machine: MachineState;
  readonly overrides: readonly Override[];
}

const text = v.string();
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const amounts = v.object({ tokens: v.number(), nanoUsd: v.number() });
const used = v.object({
  modelCalls: v.number(),
  toolCalls: v.number(),
  tokens: v.number(),
  nanoUsd: v.number(),
});
const balance = v.object({
  startedAt: v.optional(v.number()),
  used: v.record(text, used),
  held: v.record(text, amounts),
  alerted: v.record(text, v.number()),
});
const table = v.array(v.tuple([text, v.unknown()]));
const tables = v.array(v.tuple([text, table]));
const repeats = v.array(v.object({ signature: text, exact: text }));
const lease = v.object({ lane: text, token: text, until: v.number() });
const finding = v.looseObject({ rule: text, reason: text, agent: text, signatures: v.array(text) });
const trip = v.looseObject({
  at: v.number(),
  finding,
  used: v.object({ modelCalls: count, toolCalls: count, tokens: v.number(), usd: v.number() }),
  repeats,
  recovers: v.boolean(),
});

/** The circuit's own state, as it stands in snapshots and in stores. */
const machineSchema = v.variant("status", [
  v.object({ status: v.literal("closed") }),
  v.object({
    status: v.literal("open"),
    openedAt: v.number(),
    cooldownMs: count,
    attempt: count,
    trip,
  }),
  v.object({
    status: v.literal("half-open"),
    attempt: count,
    trip,
    claim: v.object({ lane: text, until: v.number() }),
    leases: v.array(lease),
  }),
]);

const said = { id: text, by: text, why: text, at: v.number(), until: v.optional(v.number()) };
const overrideSchema = v.union([
  v.object({ ...said, force: v.picklist(["open", "closed"]) }),
  v.object({ ...said, allow: text, times: v.number() }),
  v.object({ ...said, extend: v.record(text, v.number()), account: text }),
  v.object({ ...said, grant: v.picklist(["tool", "model", "delegation"]), times: v.number() }),
]);

const headSchema = v.object({
  version: v.literal(1),
  generation: count,
  tripCount: count,
  machine: machineSchema,
  overrides: v.array(overrideSchema),
});

const kind = v.picklist(["tool", "model", "delegation"]);
const signed = { kind, tool: text, signature: text, policy: v.picklist(toolPolicies) };
const settled = v.looseObject({ ...signed, exact: text, masked: text });
const laneSchema = v.looseObject({
  agent: text,
  news: count,
  messages: v.array(text),
  refused: v.record(text, count),
  round: v.optional(v.looseObject({ open: v.array(text), settled: v.array(settled) })),
});
const inFlight = v.looseObject({
  kind,
  lane: text,
  generation: count,
  reserved: amounts,
  accounts: v.array(text),
  expires: text,
  signed: v.looseObject(signed),
  counts: v.boolean(),
});
const decision = v.looseObject({
  verdict: v.picklist(verdicts),
  findings: v.array(finding),
  token: v.looseObject({ id: text, lane: text, generation: count }),
});

const snapshotSchema = v.object({
  version: v.literal(1),
  state: v.object({
    generation: count,
    tripCount: count,
    tokens: count,
    machine: machineSchema,
    overrides: v.array(overrideSchema),
    accounts: v.array(v.tuple([text, balance])),
    lanes: v.array(v.tuple([text, laneSchema])),
    inFlight: v.array(v.tuple([text, inFlight])),
    decided: v.array(v.tuple([text, decision])),
    evidence: v.array(v.tuple([text, tables])),
    shared: tables,
  }),
});

/**
 * The state as plain JSON data. It stays as it is when the state goes on: what a state holds is replaced, never
 * changed, so nothing needs to be copied but the collections themselves.
 */
export function encode(state: RunState): Snapshot {
  const { flying: _, ...kept } = state;
  const plain = {
    ...kept,
    lanes: [...state.lanes],
    accounts: [...state.accounts],
    inFlight: [...state.inFlight],
    decided: [...state.decided],
    evidence: [...state.evidence].map(([lane, own]) => [lane, tablesOut(own)]),
    shared: tablesOut(state.shared),
  };
  return { version: 1, state: plain };
}

/**
 * The state of a snapshot. Restoring decides nothing: what it says is what the next call meets.
 *
 * @throws {SnapshotError} where the snapshot is damaged or of another version
 */
export function decode(snapshot: unknown): RunState {
  check(snapshotSchema, snapshot, "snapshot");
  const { state } = structuredClone(snapshot) as {
    state: v.InferOutput<typeof snapshotSchema>["state"];
  };
  const flight = new Map(state.inFlight as never) as RunState["inFlight"];
  // The schema has checked what is read without looking; the rest is as it was written.
  return {
    ...freshState(),
    ...(state as unknown as RunState),
    lanes: new Map(state.lanes as never),
    accounts: new Map(state.accounts as never),
    inFlight: flight,
    flying: counted([...flight.values()].map((call) => call.signed.signature)),
    decided: new Map(state.decided as never),
    evidence: new Map(state.evidence.map(([lane, own]) => [lane, tablesIn(own)])),
    shared: tablesIn(state.shared),
  };
}

/**
 * A head as a store has kept it.
 *
 * @throws {SnapshotError} where the text is damaged or of another version
 */
export function decodeHead(json: string): Head {
  let head: unknown;
  try {
    head = JSON.parse(json);
  } catch {
    throw new SnapshotError("head: not JSON");
  }
  check(headSchema, head, "head");
  return head as Head;
}

function check(schema: v.GenericSchema, value: unknown, what: string): void {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return;
  const [issue] = parsed.issues;
  const path = [what, v.getDotPath(issue)].filter(Boolean).join(".");
  throw new SnapshotError(`${path}: expected ${issue.expected}, received ${issue.received}`);
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

type Plain = [string, [string, unknown][]][];

const tablesOut = (own: RunState["shared"]): Plain =>
  [...own].map(([name, entries]) => [name, [...entries]]);

const tablesIn = (own: Plain): RunState["shared"] =>
  new Map(own.map(([name, entries]) => [name, new Map(entries)]));
