// Where no run can begin, a call that returns a promise rejects: it never throws at once, so `.catch()` hears of it.
import { OptionsError } from "@guard/core";
import { sourcesWithoutRun } from "guard-test-support";
import { loopingModel, useTool } from "guard-test-support/langchain";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { expect, test } from "vitest";
import { guardGraph } from "../src/index.ts";
import { question } from "./support/graphs.ts";

quietHandlerErrors();

test.for(sourcesWithoutRun)("%s: invoke rejects", async ([, source]) => {
  const graph = guardGraph(
    createReactAgent({ llm: loopingModel(), tools: [useTool().tool] }),
    source,
  );
  const begun = graph.invoke(question);
  await expect(begun.catch((error: unknown) => error)).resolves.toBeInstanceOf(OptionsError);
});
