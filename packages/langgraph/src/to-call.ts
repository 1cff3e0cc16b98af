import type { Call, ToolCall } from "@guard/core";
import { toDelegation } from "@guard/core/adapter";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";

/** A tool call of an AI message. */
export interface Asked {
  readonly id?: string | undefined;
  readonly name: string;
  readonly args?: unknown;
}

/** The tool calls that the last message of a state asks for, and the message's id. */
export function lastAsked(state: unknown): {
  readonly id?: string | undefined;
  readonly calls: readonly Asked[];
} {
  const { messages = state } = (state ?? {}) as { readonly messages?: unknown };
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  return AIMessage.isInstance(last) ? { id: last.id, calls: last.tool_calls ?? [] } : { calls: [] };
}

/** Work that a tool call hands to another agent. */
export interface Handoff {
  readonly to: string;
  /** Default: the call's arguments, and where they say nothing the last message the agent will see. */
  readonly task?: unknown;
}

/** Tells hand-offs from other tool calls; `undefined` for a call that is none. */
export type HandoffReader = (call: ToolCall) => Handoff | undefined;

/** How hand-offs are told from other tool calls. */
export interface HandoffOptions {
  /** Default: the tools named `transfer_to_…`, as supervisor and swarm make them. */
  readonly handoff?: HandoffReader | undefined;
  /** The agents' names, where tools write them differently; those that have run are known. */
  readonly agents?: readonly string[] | undefined;
}

/** Hand-offs as supervisor and swarm name them. What they return by is no tool call. */
export const transferTools: HandoffReader = ({ tool }) => {
  const to = /^transfer_to_(.+)$/.exec(tool)?.[1];
  return to === undefined ? undefined : { to };
};

/** A call as the breaker is asked for it: a tool that hands over is a delegation. */
export function toCall(call: Call, handoffOf: HandoffReader, lastSaid: string | undefined): Call {
  if (call.kind !== "tool") return call;
  const handoff = handoffOf(call);
  if (handoff === undefined) return call;
  const task = handoff.task ?? (saysNothing(call.args) ? lastSaid : call.args);
  return toDelegation(call, handoff.to, task);
}

function saysNothing(args: unknown): boolean {
  if (args === undefined || args === null) return true;
  const text = typeof args === "string" ? args : JSON.stringify(args);
  return text.trim() === "" || text === "{}" || text === '{"input":""}';
}

/**
 * The last words that whoever takes over will read: what was said with the hand-off, or before it. What
 * is said along with other tool calls is no task; neither is the note that work was handed back.
 */
export function lastSaidIn(
  request: readonly BaseMessage[],
  answer: BaseMessage | undefined,
): string | undefined {
  const own = answer?.text.trim();
  if (own !== undefined && own !== "") return own;
  for (const message of request.toReversed()) {
    const text = isSaid(message) ? message.text.trim() : "";
    if (text !== "") return text;
  }
  return undefined;
}

function isSaid(message: BaseMessage): boolean {
  if (message.getType() === "human") return true;
  return AIMessage.isInstance(message) && (message.tool_calls ?? []).length === 0;
}
