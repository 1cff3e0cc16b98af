import type { RuleName } from "../vocabulary/call.ts";
import { handoffEntries, handoffsSeen, handoffTable } from "./handoffs.ts";
import { noLoop } from "./loop.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * Rules over hand-offs: from one agent to another, to a sub-agent, to an agent used as a tool. Work that
 * comes back to its sender is no hand-off. The number of bounces alone says nothing: every
 * eighth successful run of two agents bounces four times or more.
 */
function handoffRule(
  name: RuleName & `delegation${string}`,
  count: (seen: NonNullable<ReturnType<typeof handoffsSeen>>) => number,
): Rule {
  return {
    name,
    scope: "breaker",
    table: handoffTable,
    kinds: ["delegation"],
    judge(call, context) {
      const seen = call.delegation && handoffsSeen(context.own, call.delegation);
      if (seen === undefined) return undefined;
      const loop = { ...noLoop, count: count(seen), calls: seen.pair };
      return judged(context, loop, { signatures: [call.signature] });
    },
  };
}

/**
 * The same agent gives the same agent a near-same task again, within the run's last ten hand-offs; or a
 * near-same task goes to an agent that is waiting for its result. Counts this hand-off.
 */
export const delegation: Rule = {
  ...handoffRule("delegation", ({ near }) => near + 1),
  // The three rules look at the same hand-offs; one of them writes them down.
  admitted: (calls, { own }) => {
    const delegations = calls.flatMap((call) => call.delegation ?? []);
    return delegations.length === 0 ? [] : handoffEntries(own, delegations);
  },
};

/** Agents that work for agents that work for agents: how many there are below the first. */
export const delegationDepth: Rule = handoffRule("delegation-depth", ({ depth }) => depth);

/** The same pair again, with any task: for crews in which no agent should ask another twice. */
export const delegationPair: Rule = handoffRule("delegation-pair", ({ pair }) => pair + 1);
