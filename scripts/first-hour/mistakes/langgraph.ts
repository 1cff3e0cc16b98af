import type { Mistakes } from "./mistake.ts";

export const langgraph: Mistakes = {
  of: "@guard/langgraph",
  begin: `import { createRegistry } from "@guard/core";
import * as guards from "@guard/langgraph";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ChatOpenAI } from "@langchain/openai";
const { guardGraph, GuardGraphHandler, guardNode, guardToolNode, routeOnTrip, tripNode } = guards;
const registry = createRegistry();
const model = new ChatOpenAI({ model: "gpt-5-mini" });
const ask = async ({ messages }) => ({ messages: [await model.invoke(messages)] });
const builder = new StateGraph(MessagesAnnotation)
  .addNode("agent", ask).addEdge(START, "agent").addEdge("agent", END);
`,
  mistakes: [
    {
      title: "options in place of a registry",
      code: `new GuardGraphHandler({ budget: { modelCalls: 40 } });`,
      must: /createRegistry\(/,
    },
    {
      title: "a graph that is not compiled",
      code: `guardGraph(builder, registry);`,
      must: /compile\(\)/,
    },
    {
      title: "registry and graph swapped",
      code: `guardGraph(registry, builder.compile());`,
      must: /guardGraph\(.*, registry\)/,
    },
    {
      title: "one tool in place of a list",
      code: `guardToolNode(registry, { name: "search" });`,
      must: /\[/,
    },
    {
      title: "tools without a registry",
      code: `guardToolNode([]);`,
      must: /guardToolNode\(registry, |createRegistry\(/,
    },
    {
      title: "node and registry swapped",
      code: `guardNode(ask, registry);`,
      must: /guardNode\(registry, /,
    },
    {
      title: "a route without the error node",
      code: `routeOnTrip(registry, { next: "agent" });`,
      must: /error: /,
    },
    { title: "an error node without a registry", code: `tripNode();`, must: /createRegistry\(/ },
  ],
};
