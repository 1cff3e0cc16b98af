import type { CircuitOpenError, Decision, Texts } from "@guard/core";
import type { GuardRecord } from "@guard/core/adapter";
import { AIMessage, SystemMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";
import { noted } from "@guard/langchain/run-handler";
import { isCommand } from "@langchain/langgraph";
import type { Asked } from "./to-call.ts";

/** What the model reads in place of the result of a refused call. */
export function toRefusal(
  { id = "", name }: Asked,
  { findings: [finding] }: Decision,
  texts: Texts,
): ToolMessage {
  const content = texts.refused(finding!);
  return new ToolMessage({ status: "error", name, tool_call_id: id, content });
}

/** A tool's result with a note for the model below it, where the result is text. */
export function withNote<T>(
  output: T,
  { verdict, findings: [finding] }: Decision,
  texts: Texts,
): T | ToolMessage {
  const isNoted = verdict === "warn" && finding !== undefined && ToolMessage.isInstance(output);
  return isNoted && typeof output.content === "string"
    ? noted(output, texts.warned(finding))
    : output;
}

/** Marks a message as the last message of a stopped run. The code is in `response_metadata`, which no provider gets. */
export function asLastWord(message: BaseMessage, code: CircuitOpenError["code"]): BaseMessage {
  message.response_metadata = { ...message.response_metadata, guard: code };
  return message;
}

/** Whether a message is the last message of a stopped run. */
export function isLastWord(message: BaseMessage | undefined): boolean {
  return AIMessage.isInstance(message) && message.response_metadata["guard"] !== undefined;
}

/** The request of the one call that may follow a trip. */
export function toLastRequest(messages: readonly BaseMessage[], wish: string): BaseMessage[] {
  const [first, ...others] = messages;
  // Providers take system messages only where a request begins.
  return SystemMessage.isInstance(first)
    ? [new SystemMessage(`${first.text}\n\n${wish}`), ...others]
    : [new SystemMessage(wish), ...messages];
}

/** The update that a node returned, with the record for the key `guard`. */
export function withRecord(update: unknown, record: GuardRecord): unknown {
  const isMixed = isCommand(update) || (Array.isArray(update) && update.some(isCommand));
  if (isMixed) return [...(Array.isArray(update) ? update : [update]), { guard: record }];
  if (Array.isArray(update)) return update; // a state that is a list of messages has no keys
  return { ...(update as object | null | undefined), guard: record };
}
