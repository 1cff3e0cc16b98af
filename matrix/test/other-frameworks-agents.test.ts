// An agent of one framework, given to the guardAgent of another: the error names the package to use.
import { createRegistry } from "@guard/core";
import { guardAgent } from "@guard/mastra";
import { Annotation, StateGraph } from "@langchain/langgraph";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { Agent } from "@openai/agents";
import { ToolLoopAgent } from "ai";
import { createAgent } from "langchain";
import { expect, test } from "vitest";

const State = Annotation.Root({ text: Annotation<string> });

test.for([
  {
    agent: new ToolLoopAgent({ model: "openai/gpt-5-mini" }),
    told: "an agent of the AI SDK. Guard it with @guard/ai-sdk",
  },
  {
    agent: new Agent({ name: "assistant" }),
    told: "an agent of the OpenAI Agents SDK. Guard it with @guard/openai-agents",
  },
  {
    agent: createAgent({ model: new FakeListChatModel({ responses: ["done"] }), tools: [] }),
    told: "an agent of LangChain. Guard it with @guard/langchain",
  },
  {
    agent: new StateGraph(State)
      .addNode("node", () => ({}))
      .addEdge("__start__", "node")
      .compile(),
    told: "a graph of LangGraph. Guard it with @guard/langgraph",
  },
])("@guard/mastra is given $told", ({ agent, told }) => {
  expect(() => guardAgent(agent as never, createRegistry())).toThrowError(`received ${told}`);
});
