import type { BaseMessage } from "@langchain/core/messages";
import type { Run } from "./run-tree.ts";

const giveToInvoke = "Give it to the call: agent.invoke(input, { callbacks: [guard] }).";

/** A model that goes on from results, and is a root run: it is called by an agent that no handler hears. */
export function tellUnheardAgent(
  { parent, root, agent }: Run,
  request: readonly BaseMessage[],
): void {
  if (parent !== undefined || !root.guarded.ownsBreaker) return;
  if (request.at(-1)?.getType() !== "tool") return;
  const advice = `the handler hears a model and not the agent that calls it, so each model call is a run with a budget of its own. ${giveToInvoke}`;
  root.guarded.misplaced("unguarded", agent.name, advice);
}

/** An agent works. Where its run has heard of no model, the handler was given to the agent alone. */
export function tellUnheardModel({ root, speaker }: Run): void {
  const advice = `the handler hears an agent and not its model, so it counts no tokens and no money. ${giveToInvoke}`;
  root.guarded.works(speaker.agent, advice);
}
