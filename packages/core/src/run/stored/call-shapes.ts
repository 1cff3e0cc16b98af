import * as v from "valibot";
import type { Delegation } from "../../evidence/signed-call.ts";
import type { SettledCall, StartedCall } from "../../evidence/finished-call.ts";
import type { TaskFingerprint } from "../../evidence/task.ts";
import type { Call, Decision, Token } from "../../vocabulary/call.ts";
import { toolPolicies } from "../../vocabulary/tool-policy.ts";
import type { LaneState, PendingCall, Round } from "../state.ts";
import { expiresShape } from "./balance-shape.ts";
import { findingShape } from "./finding-shape.ts";
import {
  amounts,
  count,
  figure,
  flag,
  list,
  maybe,
  missing,
  moment,
  object,
  oneOf,
  text,
  type Shape,
} from "./shapes.ts";

export const callKind: Shape<Call["kind"]> = oneOf({ tool: true, model: true, delegation: true });

/** The stored form of a task or a question. */
export const taskShape: Shape<TaskFingerprint | undefined> = maybe(
  object<TaskFingerprint>({ hash: text, words: list(text) }),
);

const started = {
  kind: callKind,
  tool: text,
  signature: text,
  policy: v.picklist(toolPolicies),
  question: taskShape,
  paged: maybe(text),
  waits: maybe(flag),
  delegation: missing(
    object<Delegation>({ from: text, to: text, task: taskShape, taskId: maybe(text) }),
  ),
  isLook: flag,
};

const settled: Shape<SettledCall> = object<SettledCall>({
  ...started,
  exact: text,
  masked: text,
  failed: flag,
  isTold: flag,
  errorKey: missing(text),
  asResult: flag,
  opaque: flag,
  transient: flag,
  pending: flag,
  empty: flag,
  refusing: flag,
  acknowledging: flag,
  brief: flag,
  long: flag,
  unseen: flag,
  counts: flag,
  spent: amounts,
});

/** A conversation of an agent, with its open round. */
export const laneShape: Shape<LaneState> = object<LaneState>({
  agent: text,
  root: text,
  round: maybe(
    object<Round>({
      spent: amounts,
      open: list(text),
      settled: list(settled),
      probe: missing(text),
    }),
  ),
  answers: amounts,
  refused: count,
  rounds: maybe(count),
  question: maybe(text),
  print: text,
  began: count,
  usedAt: moment,
  hasEnded: flag,
});

/** A call that is under way. */
export const pendingShape: Shape<PendingCall> = v.pipe(
  object<PendingCall>({
    kind: callKind,
    lane: text,
    generation: count,
    reserved: amounts,
    accounts: list(text),
    expires: expiresShape,
    reservationId: maybe(text),
    estimatedTokens: maybe(figure),
    signed: object<StartedCall>(started),
    provider: maybe(text),
    serviceTier: maybe(text),
    counts: flag,
  }),
  v.check(({ kind, signed }) => kind === signed.kind, "is of two kinds"),
);

/** A decision about a call of an answer. Stops and waits are not kept. */
export const decisionShape: Shape<Decision> = v.pipe(
  object<Omit<Decision, "retryAfterMs">>({
    verdict: oneOf({ allow: true, warn: true, block: true }),
    findings: list(findingShape),
    token: object<Token>({
      id: text,
      lane: text,
      generation: count,
      refused: missing(v.literal(true)),
      granted: missing(v.literal(true)),
    }),
  }),
  v.check(
    ({ verdict, token }) => (verdict === "block") === (token.refused === true),
    "refuses, or does not, against its verdict",
  ),
  v.check(
    ({ verdict, findings }) => verdict === "allow" || findings.length > 0,
    "says nothing against the call",
  ),
);
