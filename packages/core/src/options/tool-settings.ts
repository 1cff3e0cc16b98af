import type { Ladder } from "../rules/ladder.ts";
import { ladderWith } from "./ladders.ts";
import { policyFromName } from "../evidence/policy.ts";
import { withoutAttempt } from "../signature/arguments.ts";
import type { ToldOutcome } from "../signature/outcome.ts";
import { tellsFailure } from "../signature/told-failure.ts";
import type { Settings } from "./settings.ts";
import { toolPolicies } from "../vocabulary/tool-policy.ts";
import type { Call, Outcome, RuleName } from "../vocabulary/call.ts";
import type { ToolPolicy } from "../vocabulary/tool-policy.ts";

/** The policy of a tool: from the options, else from the call, else from the name. */
export function policyOf(
  settings: Settings,
  tool: string,
  brought: ToolPolicy | undefined,
): ToolPolicy {
  const policy = settings.toolOptions.get(tool)?.policy ?? brought ?? policyFromName(tool);
  // A caller without types may give a policy that does not exist.
  return toolPolicies.includes(policy) ? policy : "unknown";
}

/** A call with all settings of its tool. */
export function withPolicy(settings: Settings, call: Call): Call {
  if (call.kind !== "tool") return call;
  return { ...call, policy: policyOf(settings, call.tool, call.policy) };
}

/** A call with its own estimate, else with the price of its tool from the options. */
export function withEstimate(settings: Settings, call: Call): Call {
  if (call.kind !== "tool" || call.estimate?.usd !== undefined) return call;
  const usd = settings.toolOptions.get(call.tool)?.usd;
  return usd === undefined ? call : { ...call, estimate: { ...call.estimate, usd } };
}

/**
 * The arguments that make two calls the same: by the option `identity`, else all but those that name the attempt. All
 * arguments if the user's function throws.
 */
export function identityOf(
  settings: Settings,
  tool: string,
  policy: ToolPolicy,
  args: unknown,
): unknown {
  const identity = settings.toolOptions.get(tool)?.identity;
  // A note is only the agent's own thoughts.
  if (identity === undefined) return policy === "note" ? args : withoutAttempt(args);
  try {
    if (typeof identity === "function") return identity(args);
    if (typeof args !== "object" || args === null) return args;
    return identity.map((field) => Reflect.get(args, field));
  } catch {
    return args;
  }
}

/**
 * The outcome for the rules: a returned failure is a failure, and `normalizeResult` keeps a part of the result. It
 * ignores a user's function that throws.
 */
export function toldOutcome(settings: Settings, tool: string, outcome: Outcome): ToldOutcome {
  if (outcome.status !== "success") return outcome;
  const { isFailure, normalizeResult } = settings.toolOptions.get(tool) ?? {};
  const { result } = outcome;
  const hasFailed = trying(() => isFailure?.(result)) ?? tellsFailure(result);
  if (hasFailed) {
    const { usage } = outcome;
    return { status: "failure", error: result, asResult: true, ...(usage && { usage }) };
  }
  if (normalizeResult === undefined) return outcome;
  return trying(() => ({ ...outcome, result: normalizeResult(result) })) ?? outcome;
}

function trying<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}

/** The ladder of a rule, with the changes for the tool. */
export function ladderFor(settings: Settings, rule: RuleName, tool: string): Ladder {
  const change = settings.toolOptions.get(tool)?.thresholds?.[rule];
  return change === undefined ? settings.ladders[rule] : ladderWith(settings.ladders[rule], change);
}
