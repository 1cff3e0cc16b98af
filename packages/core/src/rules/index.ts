import type { Reason, RuleName } from "../call.ts";
import { churn } from "./churn.ts";
import { collision } from "./collision.ts";
import { context } from "./context.ts";
import { delegation, delegationDepth, delegationPair } from "./delegation.ts";
import { drift } from "./drift.ts";
import { error } from "./error.ts";
import { mutation } from "./mutation.ts";
import { noProgress } from "./no-progress.ts";
import { paging } from "./paging.ts";
import { poll } from "./poll.ts";
import { reassignment } from "./reassignment.ts";
import { repeat } from "./repeat.ts";
import type { Rule } from "./rule.ts";
import { signatureCount } from "./signature.ts";
import { storm } from "./storm.ts";
import { text } from "./text.ts";

/** All rules, the most telling first: of equal verdicts the first one's finding is named. */
export const rules: readonly Rule[] = [
  noProgress,
  repeat,
  mutation,
  error,
  storm,
  churn,
  poll,
  paging,
  delegation,
  reassignment,
  delegationDepth,
  delegationPair,
  signatureCount,
  text,
  drift,
  context,
  collision,
];

/** Why a run is stopped when this rule opens the circuit. */
export const reasonOf: Readonly<Record<RuleName, Reason>> = {
  "no-progress": "loop",
  repeat: "loop",
  mutation: "loop",
  error: "failure",
  storm: "failure",
  churn: "loop",
  poll: "loop",
  paging: "loop",
  delegation: "delegation",
  reassignment: "delegation",
  "delegation-depth": "delegation",
  "delegation-pair": "delegation",
  signature: "loop",
  text: "loop",
  drift: "drift",
  context: "context",
  collision: "failure",
};
