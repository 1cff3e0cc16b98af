import type { RuleName } from "../vocabulary/call.ts";
import { handoffSeen, type HandoffSeen } from "../evidence/handoffs.ts";
import { noLoop } from "../evidence/loop.ts";
import { judged, type Rule } from "./rule.ts";

/**
 * Rules over hand-offs: from one agent to another, to a sub-agent, to an agent used as a tool. Work that comes back to
 * its sender is no hand-off. The number of bounces alone says nothing: every eighth successful run of two agents
 * bounces four times or more. An agent that is asked again after some time looks whether something has changed: `poll`
 * judges that, and here only the pair and the depth count it.
 */
function handoffRule(
  name: RuleName & (`delegation${string}` | "reassignment"),
  count: (seen: HandoffSeen) => number,
  looks?: Rule["looks"],
): Rule {
  return {
    name,
    reads: ["handoffs"],
    kinds: ["delegation"],
    ...(looks && { looks }),
    judge(call, context) {
      const seen = call.delegation && handoffSeen(context.known.handoffs, call.delegation);
      if (seen === undefined) return undefined;
      const loop = { ...noLoop, count: count(seen), calls: seen.pair };
      return judged(context, loop, { signatures: [call.signature] });
    },
  };
}

/**
 * An agent gives the same agent the same task again, within the turn's last ten hand-offs, although it brought nothing:
 * no news of its tools, no other answer. Or the task goes to an agent that waits for its result. The count includes
 * this hand-off.
 */
export const delegation: Rule = handoffRule("delegation", ({ fruitless }) => fruitless + 1);

/** Agents that work for agents that work for agents: counts those below the first. */
export const delegationDepth: Rule = handoffRule("delegation-depth", ({ depth }) => depth, "also");

/** The same pair again, with any task: for crews in which no agent should ask another twice. */
export const delegationPair: Rule = handoffRule("delegation-pair", ({ pair }) => pair + 1, "also");

/**
 * Any agent gives out the same task again after it came to nothing: to the same agent, or to another one after a
 * rejection. Several agents that get it once each are a panel. The count includes this hand-off.
 */
export const reassignment: Rule = handoffRule("reassignment", ({ again }) => again);
