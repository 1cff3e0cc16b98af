import type { RuleName } from "../call.ts";
import { noProgress } from "./no-progress.ts";
import { poll } from "./poll.ts";
import type { Rule } from "./rule.ts";
import { signatureCount } from "./signature.ts";

/** All rules, the most telling first: of equal verdicts the first one's finding is named. */
export const rules: readonly Rule[] = [noProgress, poll, signatureCount];

/** Why a run is stopped when this rule opens the circuit. */
export const reasonOf: Readonly<Record<RuleName, "loop">> = {
  "no-progress": "loop",
  signature: "loop",
  poll: "loop",
};
