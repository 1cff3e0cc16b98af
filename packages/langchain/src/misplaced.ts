import type { BaseMessage } from "@langchain/core/messages";
import type { Run } from "./run.ts";

const giveToInvoke =
  "Write guardAgent(agent, registry), or give the handler to the call: agent.invoke(input, { callbacks: [guard] }).";

/** A model that is a root run and whose request ends in tool results: an agent calls it, and no handler hears the agent. */
export function tellUnheardAgent(
  { parent, root, agent }: Run,
  request: readonly BaseMessage[],
): void {
  if (parent !== undefined || !root.guarded.ownsBreaker) return;
  if (request.at(-1)?.getType() !== "tool") return;
  const advice = `the handler hears a model and not the agent that calls it, so each model call is a run with a budget of its own. ${giveToInvoke}`;
  root.guarded.misplaced("unguarded", agent.name, advice);
}

/** An agent works. If its run has heard no model, the user gave the handler to the agent alone. */
export function tellUnheardModel({ root, speaker }: Run): void {
  const advice = `the handler hears an agent and not its model, so it counts no tokens and no money. ${giveToInvoke}`;
  root.guarded.works(speaker.agent, advice);
}
