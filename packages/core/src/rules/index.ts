import type { SignedCall } from "../evidence/signed-call.ts";
import type { Call, Reason, RuleName } from "../vocabulary/call.ts";
import { toolPolicies, type ToolPolicy } from "../vocabulary/tool-policy.ts";
import { again } from "./again.ts";
import { churn } from "./churn.ts";
import { collision } from "./collision.ts";
import { context } from "./context.ts";
import { delegation, delegationDepth, delegationPair, reassignment } from "./delegation.ts";
import { drift } from "./drift.ts";
import { error } from "./error.ts";
import { failingModel } from "./failing-model.ts";
import { mutation } from "./mutation.ts";
import { noProgress } from "./no-progress.ts";
import { paging } from "./paging.ts";
import { poll } from "./poll.ts";
import { repeat } from "./repeat.ts";
import type { Known, Rule } from "./rule.ts";
import { signatureCount } from "./signature.ts";
import { storm } from "./storm.ts";
import { text } from "./text.ts";

/** All rules, the most exact first: of equal verdicts the first finding wins. */
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
  again,
  failingModel,
  drift,
  context,
  collision,
];

const isAbout = ({ kinds = ["tool"], policies }: Rule, kind: Call["kind"], policy: ToolPolicy) =>
  kinds.includes(kind) && policies?.includes(policy) !== false;

const isJudged = (policy: ToolPolicy) => policy !== "exempt" && policy !== "output";

/** The rules for looks, and those for all other calls. */
function rulesOver(isLook: boolean) {
  const meant = rules.filter(({ looks }) => (isLook ? looks !== undefined : looks !== "only"));
  const about = (kind: Call["kind"]) =>
    new Map(
      toolPolicies.map((policy) => [
        policy,
        isJudged(policy) ? meant.filter((rule) => isAbout(rule, kind, policy)) : [],
      ]),
    );
  /** A tool that hands work to an agent is both. */
  const handingOver = meant.filter(
    (rule) => isAbout(rule, "tool", "delegate") || isAbout(rule, "delegation", "delegate"),
  );
  return {
    handingOver,
    tool: about("tool"),
    model: about("model"),
    delegation: about("delegation"),
  };
}

const overLooks = rulesOver(true);
const overOthers = rulesOver(false);

/** The rules for a call. A rule without data in the record that it reads first is left out. */
export function rulesFor(call: SignedCall, isLook: boolean, known: Known): readonly Rule[] {
  return aboutCall(call, isLook).filter(
    ({ reads: [first] }) => !first || known[first] !== undefined,
  );
}

function aboutCall(
  { kind, policy, delegation: handsOver }: SignedCall,
  isLook: boolean,
): readonly Rule[] {
  const over = isLook ? overLooks : overOthers;
  const isBoth = kind === "tool" && policy === "delegate" && handsOver !== undefined;
  if (isBoth) return over.handingOver;
  return over[kind].get(policy)!;
}

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
  again: "loop",
  "failing-model": "failure",
  drift: "drift",
  context: "context",
  collision: "failure",
};
