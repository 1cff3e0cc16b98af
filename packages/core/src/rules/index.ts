import {
  toolPolicies,
  type Call,
  type Reason,
  type RuleName,
  type ToolPolicy,
} from "../vocabulary/call.ts";
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
import type { SignedCall } from "./signed-call.ts";
import { signatureCount } from "./signature.ts";
import { storm } from "./storm.ts";
import { text } from "./text.ts";

/** All rules, the most telling first: of equal verdicts the first one's finding is named. */
const rules: readonly Rule[] = [
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

/** Rules that hear of one kind of event. */
type Hearing<Event extends "admitted" | "finished" | "answered"> = Rule &
  Readonly<Required<Pick<Rule, Event>>>;

const hearing = <Event extends "admitted" | "finished" | "answered">(event: Event) =>
  rules.filter((rule): rule is Hearing<Event> => rule[event] !== undefined);

/** The rules that hear of calls which are let through. */
export const admitting: readonly Hearing<"admitted">[] = hearing("admitted");

/** The rules that hear of finished rounds. */
export const finishing: readonly Hearing<"finished">[] = hearing("finished");

/** The rules that hear of models' answers. */
export const answering: readonly Hearing<"answered">[] = hearing("answered");

const isAbout = ({ kinds = ["tool"], policies }: Rule, kind: Call["kind"], policy: ToolPolicy) =>
  kinds.includes(kind) && policies?.includes(policy) !== false;

const about = (kind: Call["kind"]) =>
  new Map(
    toolPolicies.map((policy) => [
      policy,
      policy === "exempt" ? [] : rules.filter((rule) => isAbout(rule, kind, policy)),
    ]),
  );

const byKind: Readonly<Record<Call["kind"], ReadonlyMap<ToolPolicy, readonly Rule[]>>> = {
  tool: about("tool"),
  model: about("model"),
  delegation: about("delegation"),
};

/** A tool that hands work to an agent is both. */
const handingOver = rules.filter(
  (rule) => isAbout(rule, "tool", "delegate") || isAbout(rule, "delegation", "delegate"),
);

/** The rules that have anything to do with a call. */
export function rulesFor({ kind, policy, delegation: handsOver }: SignedCall): readonly Rule[] {
  const isBoth = kind === "tool" && policy === "delegate" && handsOver !== undefined;
  if (isBoth) return handingOver;
  // A caller without types may bring a policy that does not exist.
  return byKind[kind].get(policy) ?? byKind[kind].get("unknown")!;
}

/** Of several calls those that a rule has anything to do with. */
export function concernedBy<C extends SignedCall>(rule: Rule, calls: readonly C[]): readonly C[] {
  const concerned = (call: SignedCall) => rulesFor(call).includes(rule);
  return calls.every(concerned) ? calls : calls.filter(concerned);
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
  drift: "drift",
  context: "context",
  collision: "failure",
};
