// The manager: a graph of LangGraph that hands work to the members, as a supervisor does.
import type { Breaker } from "@guard/core";
import { GuardGraphHandler, guardToolNode } from "@guard/langgraph";
import { tool } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { descriptions, instructions, type CrewTools, type Member, type Model } from "./tools.ts";

/** A manager of LangGraph, under guard if there is a breaker. */
export function manager(model: Model, { ask }: CrewTools, breaker?: Breaker) {
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
    .addNode("tools", breaker ? guardToolNode(breaker, tools) : new ToolNode(tools))
    .addEdge(START, "manager")
    .addConditionalEdges("manager", toolsCondition)
    .addEdge("tools", "manager")
    .compile();
  const callbacks = breaker ? [new GuardGraphHandler(breaker)] : [];
  return async (task: string): Promise<string> => {
    const { messages } = await graph.invoke(
      { messages: task },
      { recursionLimit: 200, callbacks, runName: "manager" },
    );
    return messages.at(-1)?.text ?? "";
  };
}
