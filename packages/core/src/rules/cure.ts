import type { SignedCall } from "../evidence/signed-call.ts";
import type { RuleName } from "../vocabulary/call.ts";

/** A model has invented longer names. */
const longestName = 64;

/**
 * The line for the options that would have let a call pass, for the developer to paste. `undefined` if no option would have done so.
 */
export function cureFor(rule: RuleName, { tool, policy }: SignedCall): string | undefined {
  const declared = cures(policy)[rule];
  if (declared === undefined) return undefined;
  return `tools: { ${keyOf(tool.slice(0, longestName))}: { ${declared} } }`;
}

/** A name as a key of an object, in ASCII: models invent names of tools. */
function keyOf(name: string): string {
  if (/^[A-Za-z_$][\w$]*$/.test(name)) return name;
  return JSON.stringify(name).replaceAll(/[^ -~]/g, escaped);
}

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function cures(policy: SignedCall["policy"]): Readonly<Partial<Record<RuleName, string>>> {
  const askedAgain = policy === "mutating" ? 'policy: "step"' : 'policy: "polling"';
  return {
    "no-progress": askedAgain,
    repeat: askedAgain,
    signature: askedAgain,
    error: "thresholds: { error: false }",
    storm: "thresholds: { storm: false }",
    churn: "thresholds: { churn: false }",
    poll: 'policy: "exempt"',
    paging: "thresholds: { paging: false }",
    mutation: 'identity: ["the fields that tell one call from another"]',
    delegation: "thresholds: { delegation: false }",
    reassignment: "thresholds: { reassignment: false }",
  };
}
