import { aiSdk } from "./ai-sdk.ts";
import { command } from "./command.ts";
import { core } from "./core.ts";
import { langchain } from "./langchain.ts";
import { langgraph } from "./langgraph.ts";
import { mastra } from "./mastra.ts";
import { mcp } from "./mcp.ts";
import type { Mistakes } from "./mistake.ts";
import { openaiAgents } from "./openai-agents.ts";

/** The mistakes that users make, a table for each package. */
export const tables: readonly Mistakes[] = [
  core,
  aiSdk,
  langchain,
  langgraph,
  mastra,
  openaiAgents,
  mcp,
  command,
];
