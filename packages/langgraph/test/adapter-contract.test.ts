import { adapterContract, type AdapterHarness, type AdapterSetup } from "@guard/testing";
import type { BaseMessage } from "@langchain/core/messages";
import { tool, type StructuredToolInterface } from "@langchain/core/tools";
import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel } from "guard-test-support/langchain";
import { guardGraph, GuardGraphHandler, guardToolNode, type CompiledGraph } from "../src/index.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

type Source = AdapterSetup["source"];
type ToolsNode = (source: Source, tools: StructuredToolInterface[]) => ToolNode;

/** How guard is placed in a compiled graph. */
type Guard = <Graph extends CompiledGraph & { withConfig(config: object): unknown }>(
  graph: Graph,
  source: Source,
) => Graph;

const withHandler: Guard = (graph, source) =>
  graph.withConfig({ callbacks: [new GuardGraphHandler(source)] }) as typeof graph;

/** Graphs without an error node, for the contract that every adapter keeps: a trip is thrown. */
function harness(
  toolsNode: ToolsNode,
  cannot: AdapterHarness["cannot"],
  guard: Guard = withHandler,
): AdapterHarness {
  return {
    cannot,
    run: async ({ source, script, tools }) => {
      let modelCalls = 0;
      let toolRuns = 0;
      let read: readonly string[] = [];
      const model = scriptedModel((turn, messages) => {
        modelCalls = turn;
        read = resultsIn(messages);
        const answer = script(turn, read);
        if (typeof answer === "string") return answer;
        return answer.map(({ tool: name, args, id }) => ({
          name,
          args: args as Record<string, unknown>,
          ...(id === undefined ? {} : { id }),
        }));
      });
      const counted = Object.entries(tools).map(([name, body]) =>
        toolOf(name, (args) => {
          toolRuns += 1;
          return body(args);
        }),
      );
      const graph = new StateGraph(MessagesAnnotation)
        .addNode("agent", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
        .addNode("tools", toolsNode(source, counted))
        .addEdge(START, "agent")
        .addConditionalEdges("agent", toolsCondition)
        .addEdge("tools", "agent")
        .compile();
      const { result, error } = await ending(() =>
        guard(graph, source).invoke(question, { recursionLimit: 100 }),
      );
      return { modelCalls, toolRuns, read, error, text: result?.messages.at(-1)?.text };
    },
  };
}

function toolOf(name: string, body: AdapterSetup["tools"][string]) {
  return tool((args) => body(args), {
    name,
    description: name,
    schema: z.object({ q: z.string() }),
  });
}

/** The texts of the tool messages of a request, in order. */
function resultsIn(messages: readonly BaseMessage[]): readonly string[] {
  return messages.filter((message) => message.getType() === "tool").map(({ text }) => text);
}

const runner = { describe, test, expect };
const plainTools: ToolsNode = (_, tools) => new ToolNode(tools);
adapterContract(runner, "guardGraph", harness(plainTools, [], guardGraph));
adapterContract(runner, "the guarded tool node", harness(guardToolNode, []));
// LangGraph's own has no place for a note or a refusal: such a call runs, and counts as refused.
adapterContract(runner, "LangGraph's tool node", harness(plainTools, ["warn", "refuseInPlace"]));
