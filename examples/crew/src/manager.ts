// The manager: a graph of LangGraph that hands work to the members, as a supervisor does.
import type { BreakerSource } from "@guard/core";
import { GuardGraphHandler, guardToolNode } from "@guard/langgraph";
import { tool } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { descriptions, instructions, type CrewTools, type Member, type Model } from "./tools.ts";

/** A manager of LangGraph. With a source of breakers guard guards it. */
export function manager(model: Model, { ask }: CrewTools, source?: BreakerSource) {
  const tools = (Object.keys(descriptions) as Member[]).map((member) =>
    tool(({ task }) => ask(member, task), {
      name: `ask_${member}`,
      description: descriptions[member],
      schema: z.object({ task: z.string() }),
    }),
  );
  const chat = new ChatOpenAI({
    model: model.name,
    apiKey: model.apiKey,
    maxRetries: 0,
    ...(model.baseURL === undefined ? {} : { configuration: { baseURL: model.baseURL } }),
  }).bindTools(tools);
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("manager", async ({ messages }) => ({
      messages: [
        await chat.invoke([{ role: "system", content: instructions("manager") }, ...messages]),
      ],
    }))
    .addNode("tools", source ? guardToolNode(source, tools) : new ToolNode(tools))
    .addEdge(START, "manager")
    .addConditionalEdges("manager", toolsCondition)
    .addEdge("tools", "manager")
    .compile();
  const callbacks = source ? [new GuardGraphHandler(source)] : [];
  return async (task: string): Promise<string> => {
    const { messages } = await graph.invoke(
      { messages: task },
      { recursionLimit: 200, callbacks, runName: "manager" },
    );
    return messages.at(-1)?.text ?? "";
  };
}
