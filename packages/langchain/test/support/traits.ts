import langgraph from "@langchain/langgraph/package.json" with { type: "json" };

/**
 * Whether a reader that leaves a stream of LangGraph's aborts the run: LangGraph does so from 1.4.21 on.
 * Older versions let the run go on, and nobody reads it.
 */
export const leavingAborts =
  langgraph.version.localeCompare("1.4.21", undefined, { numeric: true }) >= 0;
