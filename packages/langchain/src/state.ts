import type { BaseMessage } from "@langchain/core/messages";
import { AIMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { Command, getConfig, ReducedValue, StateSchema } from "@langchain/langgraph";
import { Channel } from "@langchain/langgraph/pregel";
import { z } from "zod/v4";
import { laterRecord, type GuardRecord } from "@guard/core/adapter";
import type { Root } from "./run-tree.ts";

/** The private key of an agent's state: kept by its checkpointer, and no part of what the agent gives. */
export const guardState: StateSchema<{
  _guard: ReducedValue<GuardRecord | undefined, GuardRecord | undefined>;
}> = new StateSchema({
  _guard: new ReducedValue(z.custom<GuardRecord | undefined>().optional(), {
    reducer: (before, next) => laterRecord(before, next, "_guard"),
  }),
});

/** What a model node gives: a message, or what LangChain has made of a structured response. */
type Answer =
  | AIMessage
  | { readonly messages: BaseMessage[]; readonly structuredResponse: unknown };

/** A model's answer, with what the state is to keep. LangChain hands on the message to who is before guard. */
export function withRecord(answer: AIMessage, root: Root): AIMessage | Command {
  const record = root.guarded.keep();
  if (record === undefined) return answer;
  const given: Answer = answer;
  const update = AIMessage.isInstance(given) ? {} : given;
  return new Command({ update: { ...update, _guard: record } });
}

/**
 * Keeps what is known beside an answer that guard gives itself. Who is before guard is given that message as
 * it is, so a Command can't carry the record.
 */
export async function keepRecord(root: Root): Promise<void> {
  const record = root.guarded.keep();
  if (record === undefined) return;
  await Channel.writeTo([], { _guard: record }).invoke({}, getConfig() as RunnableConfig);
}
