import type { CircuitOpenError } from "@guard/core";
import { withNotes, type Told } from "@guard/core/adapter";
import { AIMessage, SystemMessage, ToolMessage, type BaseMessage } from "@langchain/core/messages";

/** A request with guard's notes in copies of its tool messages. The messages in the agent's state stay as they are. */
export function withTold(
  messages: readonly BaseMessage[],
  told: Readonly<Told>,
): readonly BaseMessage[] {
  return withNotes(messages, told, (message, noteOf) => {
    if (!ToolMessage.isInstance(message)) return message;
    const note = noteOf(message.tool_call_id);
    // A refusal is already the text of the message.
    return note === undefined || note.inPlace ? message : noted(message, note.text);
  });
}

/** A copy of a tool message, with a note below its text. */
export function noted(message: ToolMessage, note: string): ToolMessage {
  const { content, tool_call_id, id, name, status, artifact, metadata } = message;
  return new ToolMessage({
    content: added(content, note),
    tool_call_id,
    additional_kwargs: message.additional_kwargs,
    response_metadata: message.response_metadata,
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    ...(status === undefined ? {} : { status }),
    ...(artifact === undefined ? {} : { artifact }),
    ...(metadata === undefined ? {} : { metadata }),
  });
}

/** The system message of the last call: what was asked of the agent, and that it is to end now. */
export function toLastWord(system: SystemMessage, wish: string): SystemMessage {
  return new SystemMessage({ content: system.text === "" ? wish : added(system.content, wish) });
}

function added(content: BaseMessage["content"], text: string): BaseMessage["content"] {
  return typeof content === "string"
    ? `${content}\n\n${text}`
    : [...content, { type: "text", text }];
}

/** A request in which every tool call has a result: providers refuse a request without. */
export function withResults(messages: readonly BaseMessage[], notRun: string): BaseMessage[] {
  const open = toClosing(messages, notRun);
  return messages.flatMap((message) => {
    const { tool_calls: calls = [] } = AIMessage.isInstance(message) ? message : {};
    const ids = new Set(calls.map(({ id }) => id));
    return [message, ...open.filter(({ tool_call_id }) => ids.has(tool_call_id))];
  });
}

/** Results for the tool calls without one: providers refuse a request that lacks a result. */
export function toClosing(
  messages: readonly BaseMessage[],
  content: string,
): readonly ToolMessage[] {
  const answered = new Set(
    messages.map((message) => (ToolMessage.isInstance(message) ? message.tool_call_id : undefined)),
  );
  return messages
    .flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []))
    .filter(({ id }) => id !== undefined && !answered.has(id))
    .map(({ id, name }) => new ToolMessage({ status: "error", name, tool_call_id: id!, content }));
}

/** guard's answer in place of the model's. No provider gets the code: LangChain does not send the metadata. */
export function toFinalAnswer({ text, code }: Pick<CircuitOpenError, "text" | "code">): AIMessage {
  return new AIMessage({ content: text, response_metadata: { guard: code } });
}
