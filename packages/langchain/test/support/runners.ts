import { AgentExecutor, createReactAgent, createToolCallingAgent } from "@langchain/classic/agents";
import type { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { ChatPromptTemplate, PromptTemplate } from "@langchain/core/prompts";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { StructuredToolInterface, ToolInterface } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { createAgent, type AgentMiddleware } from "langchain";
import { readAll } from "guard-test-support";

export interface Setup {
  readonly model: BaseChatModel;
  readonly tools: StructuredToolInterface[];
  readonly callbacks: BaseCallbackHandler[];
}

/** One way of running an agent. */
export type Runner = (setup: Setup) => Promise<unknown>;

const prompt = "Find the port.";
export const question = { messages: [{ role: "user", content: prompt }] };
const asInput = { input: prompt };

export const createAgentInvoke: Runner = ({ model, tools, callbacks }) =>
  createAgent({ model, tools }).invoke(question, { callbacks });

export const createAgentStream: Runner = ({ model, tools, callbacks }) =>
  readAll(createAgent({ model, tools }).stream(question, { callbacks }));

export const executorInvoke: Runner = ({ callbacks, ...setup }) =>
  toolCallingExecutor(setup).invoke(asInput, { callbacks });

export const executorStream: Runner = ({ callbacks, ...setup }) =>
  readAll(toolCallingExecutor(setup).stream(asInput, { callbacks }));

export const reactExecutorInvoke: Runner = async ({ callbacks, ...setup }) => {
  const executor = await textExecutor(setup);
  return executor.invoke(asInput, { callbacks });
};

export const toolNodeInvoke: Runner = ({ callbacks, ...setup }) =>
  toolNodeGraph(setup).invoke(question, { callbacks });

/** `createAgent` with middleware. The types of LangChain's own ones don't fit each other exactly. */
export function agentWith(...middleware: readonly object[]): Runner {
  return ({ model, tools, callbacks }) =>
    createAgent({ model, tools, middleware: middleware as AgentMiddleware[] }).invoke(question, {
      callbacks,
    });
}

/** The classic executor around an agent that calls tools by messages. */
export function toolCallingExecutor({
  model,
  tools,
  ...fields
}: Omit<Setup, "callbacks"> & { callbacks?: BaseCallbackHandler[] }): AgentExecutor {
  const agent = createToolCallingAgent({ llm: model, tools, prompt: chatPrompt });
  return new AgentExecutor({ agent, tools, handleParsingErrors: true, ...fields });
}

/** The classic executor around an agent that writes its actions as text. */
export async function textExecutor({
  model,
  tools,
}: Omit<Setup, "callbacks">): Promise<AgentExecutor> {
  // these agents take tools of one text; useText() makes them
  const textTools = tools as unknown as ToolInterface[];
  const agent = await createReactAgent({ llm: model, tools: textTools, prompt: reactPrompt });
  return new AgentExecutor({ agent, tools, handleParsingErrors: true });
}

/** A graph of a model node and LangGraph's prebuilt tool node. */
export function toolNodeGraph(
  { model, tools }: Omit<Setup, "callbacks">,
  options: { handleToolErrors?: boolean } = {},
) {
  return new StateGraph(MessagesAnnotation)
    .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("tools", new ToolNode(tools, options))
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition)
    .addEdge("tools", "agent")
    .compile();
}

const chatPrompt = ChatPromptTemplate.fromMessages([
  ["system", "You find things."],
  ["human", "{input}"],
  ["placeholder", "{agent_scratchpad}"],
]);

const reactPrompt = PromptTemplate.fromTemplate(
  "Tools: {tools}\nNames: {tool_names}\nQuestion: {input}\nThought: {agent_scratchpad}",
);
