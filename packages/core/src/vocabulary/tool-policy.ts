/** The policies of tools. */
export const toolPolicies = [
  "read",
  "mutating",
  "polling",
  "paging",
  "step",
  "wait",
  "note",
  "output",
  "delegate",
  "exempt",
  "unknown",
] as const;

/**
 * How a tool behaves when the agent calls it again.
 *
 * - `read`: looks something up and changes nothing
 * - `mutating`: has an effect in the world (send, pay, create, …)
 * - `polling`: the agent calls it again on purpose, until the answer changes
 * - `paging`: moves a cursor, so the same arguments bring the next page
 * - `step`: moves something else by one (click, scroll, press a key, toggle, add to a cart)
 * - `wait`: only lets time pass
 * - `note`: writes for the agent alone (a thought, a plan, a to-do list)
 * - `output`: carries the agent's answer (a structured output); no rule judges it
 * - `delegate`: hands work to another agent
 * - `exempt`: no rule judges it; budgets still hold, and it does not run after a trip
 * - `unknown`: guard judges it by its outcomes
 */
export type ToolPolicy = (typeof toolPolicies)[number];
