import * as v from "valibot";
import { toolPolicies, verdicts } from "../vocabulary/call.ts";
import { SnapshotError } from "../vocabulary/errors.ts";

const text = v.string();
const count = v.pipe(v.number(), v.finite(), v.minValue(0));
const amounts = v.object({ tokens: v.number(), nanoUsd: v.number() });
const used = v.object({
  modelCalls: v.number(),
  toolCalls: v.number(),
  delegations: v.optional(v.number()),
  tokens: v.number(),
  nanoUsd: v.number(),
});
const balance = v.object({
  startedAt: v.optional(v.number()),
  latestAt: v.optional(v.number()),
  used: v.record(text, used),
  held: v.record(text, amounts),
  alerted: v.record(text, v.number()),
});
const repeats = v.array(v.object({ signature: text, exact: text }));
const lease = v.object({ lane: text, token: text, until: v.number() });
const usd = v.optional(count);
const finding = v.looseObject({
  rule: text,
  reason: text,
  agent: text,
  signatures: v.array(text),
  price: v.optional(
    v.object({
      model: v.optional(text),
      from: v.picklist(["price", "provider", "ceiling"]),
      inputUsdPerMillion: usd,
      outputUsdPerMillion: usd,
      usdPerCall: usd,
    }),
  ),
});
const trip = v.looseObject({
  at: v.number(),
  finding,
  used: v.object({
    modelCalls: count,
    toolCalls: count,
    delegations: v.optional(count),
    tokens: v.number(),
    usd: v.number(),
  }),
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

/** What is kept of a circuit that has a name. */
const circuitSchema = v.object({
  version: v.literal(1),
  generation: count,
  tripCount: count,
  machine: machineSchema,
  overrides: v.array(overrideSchema),
});

const kind = v.picklist(["tool", "model", "delegation"]);
const signed = { kind, tool: text, signature: text, policy: v.picklist(toolPolicies) };
const started = { ...signed, isLook: v.boolean() };
const settled = v.looseObject({ ...started, exact: text, masked: text });
const laneSchema = v.looseObject({
  agent: text,
  root: text,
  refused: count,
  began: count,
  print: text,
  question: v.optional(text),
  usedAt: v.number(),
  hasEnded: v.boolean(),
  answers: amounts,
  round: v.optional(v.looseObject({ open: v.array(text), settled: v.array(settled) })),
});
const pending = v.looseObject({
  kind,
  lane: text,
  generation: count,
  reserved: amounts,
  accounts: v.array(text),
  expires: text,
  signed: v.looseObject(started),
  counts: v.boolean(),
});
const decision = v.looseObject({
  verdict: v.picklist(verdicts),
  findings: v.array(finding),
  token: v.looseObject({ id: text, lane: text, generation: count }),
});

const task = v.optional(v.object({ hash: text, words: v.array(text) }));
const loop = v.looseObject({ count, calls: count, spent: amounts });
const list = <T extends v.GenericSchema>(schema: T) => v.array(v.tuple([text, schema]));
const outcome = v.object({ exact: text, masked: text });
const laneEvidence = v.object({
  lane: v.looseObject({
    world: count,
    acts: count,
    waits: count,
    news: count,
    streak: v.optional(v.looseObject({ ...loop.entries, repeats })),
    answers: v.optional(v.array(v.looseObject({ ...loop.entries, text }))),
    row: v.optional(v.looseObject({ ...loop.entries, signature: text })),
    failures: v.optional(v.looseObject({ ...loop.entries, tool: text })),
    modelFailures: v.optional(loop),
    inputTokens: v.optional(count),
    costs: v.optional(v.array(v.number())),
  }),
  tools: list(
    v.looseObject({
      failing: v.optional(v.looseObject({ ...loop.entries, error: text, signature: text })),
      churning: v.optional(v.looseObject({ ...loop.entries, outcome: text, question: task })),
    }),
  ),
  signatures: list(
    v.looseObject({
      outcomes: v.array(outcome),
      last: outcome,
      world: count,
      waits: count,
      at: v.number(),
      same: loop,
      unchanged: v.optional(v.looseObject({ ...loop.entries, outcome: text, patient: count })),
    }),
  ),
});
const counts = { works: count, words: count };
const link = v.looseObject({ agent: text, task, ...counts });
const done = v.object({ ...loop.entries, effects: count, takenBack: count });
const turnSchema = v.looseObject({
  agent: v.optional(text),
  print: text,
  isFinal: v.boolean(),
  at: v.number(),
  ends: v.array(text),
  again: v.optional(loop),
  evidence: v.object({
    effects: count,
    mutations: count,
    takenBack: v.record(text, count),
    ended: count,
    signatures: list(v.looseObject({ asked: loop, done: v.optional(done) })),
    agents: list(v.object({ ...counts, said: v.array(text) })),
    questions: list(v.object({ ...loop.entries, end: text, at: v.number() })),
    earlier: list(v.object({ outcomes: v.array(outcome), ended: count })),
    handoffs: v.looseObject({
      count,
      chain: v.array(link),
      latest: v.array(v.looseObject({ ...link.entries, number: count, from: text })),
      tasks: list(
        v.looseObject({ again: count, holders: v.record(text, v.object(counts)), last: text }),
      ),
    }),
  }),
});

/** What a snapshot holds, as far as it is read without looking. */
const snapshotSchema = v.object({
  version: v.literal(2),
  state: v.object({
    generation: count,
    tripCount: count,
    tokens: count,
    machine: machineSchema,
    overrides: v.array(overrideSchema),
    accounts: v.array(v.tuple([text, balance])),
    lanes: v.array(v.tuple([text, laneSchema])),
    pending: v.array(v.tuple([text, pending])),
    decided: v.array(v.tuple([text, decision])),
    evidence: v.array(v.tuple([text, laneEvidence])),
    turns: v.array(v.tuple([text, turnSchema])),
  }),
});

/**
 * Refuses what is no snapshot.
 *
 * @throws {SnapshotError} where it is damaged or of another version
 */
export function checkSnapshot(value: unknown): void {
  check(snapshotSchema, value, "snapshot");
}

/**
 * Refuses what is no circuit that a store has kept.
 *
 * @throws {SnapshotError} where it is damaged or of another version
 */
export function checkStoredCircuit(value: unknown): void {
  check(circuitSchema, value, "circuit");
}

function check(schema: v.GenericSchema, value: unknown, what: string): void {
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return;
  const [issue] = parsed.issues;
  const path = [what, v.getDotPath(issue)].filter(Boolean).join(".");
  throw new SnapshotError(`${path}: expected ${issue.expected}, received ${issue.received}`);
}
