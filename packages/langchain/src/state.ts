import type { BaseMessage } from "@langchain/core/messages";
import { AIMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { Command, getConfig, ReducedValue, StateSchema } from "@langchain/langgraph";
import { Channel } from "@langchain/langgraph/pregel";
import { z } from "zod/v4";
import { laterRecord, type GuardRecord } from "@guard/core/adapter";
import type { Root } from "./run.ts";

/** The private key in an agent's state: the checkpointer keeps it, and the agent does not return it. */
export const guardState: StateSchema<{
  _guard: ReducedValue<GuardRecord | undefined, GuardRecord | undefined>;
}> = new StateSchema({
  _guard: new ReducedValue(z.custom<GuardRecord | undefined>().optional(), {
    reducer: (before, next) => laterRecord(before, next, "_guard"),
  }),
});

/** The answer of a model node: a message, or LangChain's object for a structured response. */
type Answer =
  | AIMessage
  | { readonly messages: BaseMessage[]; readonly structuredResponse: unknown };

/** A model's answer, with guard's record for the state. The middleware before guard gets the message alone. */
export function withRecord(answer: AIMessage, root: Root): AIMessage | Command {
  const record = root.guarded.keep();
  if (record === undefined) return answer;
  const given: Answer = answer;
  const update = AIMessage.isInstance(given) ? {} : given;
  return new Command({ update: { ...update, _guard: record } });
}

/**
 * Writes guard's record to the state, beside an answer of guard's own. A Command can't carry the record there: LangChain
 * would give that Command to the middleware before guard.
 */
export async function keepRecord(root: Root): Promise<void> {
  const record = root.guarded.keep();
  if (record === undefined) return;
  await Channel.writeTo([], { _guard: record }).invoke({}, getConfig() as RunnableConfig);
}
