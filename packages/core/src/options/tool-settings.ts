import type { Ladder } from "../rules/ladder.ts";
import { ladderWith } from "./ladders.ts";
import { policyFromName } from "../rules/policy.ts";
import { parsed } from "../signature/sign.ts";
import type { Settings } from "./settings.ts";
import type { Call, Outcome, ToolPolicy, RuleName } from "../vocabulary/call.ts";

/** The policy of a tool: declared, else what the call brings, else what the name tells. */
export function policyOf(
  settings: Settings,
  tool: string,
  brought: ToolPolicy | undefined,
): ToolPolicy {
  return settings.toolOptions.get(tool)?.policy ?? brought ?? policyFromName(tool);
}

/** A call with everything that is known about its tool. */
export function withPolicy(settings: Settings, call: Call): Call {
  if (call.kind !== "tool") return call;
  return { ...call, policy: policyOf(settings, call.tool, call.policy) };
}

/** A call with its own estimate, else with the declared price of its tool. */
export function withEstimate(settings: Settings, call: Call): Call {
  if (call.kind !== "tool" || call.estimate?.usd !== undefined) return call;
  const usd = settings.toolOptions.get(call.tool)?.usd;
  return usd === undefined ? call : { ...call, estimate: { ...call.estimate, usd } };
}

/** What of a call's arguments tells it from others; all of them where the user's function throws. */
export function identityOf(settings: Settings, tool: string, args: unknown): unknown {
  const identity = settings.toolOptions.get(tool)?.identity;
  if (identity === undefined) return args;
  const plain = typeof args === "string" ? parsed(args) : args;
  try {
    if (typeof identity === "function") return identity(plain);
    if (typeof plain !== "object" || plain === null) return plain;
    return identity.map((field) => Reflect.get(plain, field));
  } catch {
    return args;
  }
}

/** A result as far as it tells whether it has changed; all of it where the user's function throws. */
export function normalized(settings: Settings, tool: string, outcome: Outcome): Outcome {
  const normalizeResult = settings.toolOptions.get(tool)?.normalizeResult;
  if (normalizeResult === undefined || outcome.status !== "success") return outcome;
  try {
    return { ...outcome, result: normalizeResult(outcome.result) };
  } catch {
    return outcome;
  }
}

/** The ladder of a rule, with what the tool's own options change. */
export function ladderFor(settings: Settings, rule: RuleName, tool: string): Ladder {
  const change = settings.toolOptions.get(tool)?.thresholds?.[rule];
  return change === undefined ? settings.ladders[rule] : ladderWith(settings.ladders[rule], change);
}
