import type { BreakerSource } from "@guard/core";
import { editor } from "./editor.ts";
import { manager } from "./manager.ts";
import { researcher } from "./researcher.ts";
import { writer } from "./writer.ts";
import type { CrewTools, Member, Model } from "./tools.ts";

/**
 * A crew of four: a manager of LangGraph, a researcher of the AI SDK, an editor of Mastra, and a writer of the OpenAI
 * Agents SDK. With a breaker a stop of one member stops all. With a registry each member finds the run that has called it.
 */
export function crewOf(
  model: Model,
  fetchPage: CrewTools["fetchPage"],
  source?: BreakerSource,
): (task: string) => Promise<string> {
  const tools: CrewTools = { ask: (member, task) => members[member](task), fetchPage };
  const members: Readonly<Record<Member, (task: string) => Promise<string>>> = {
    researcher: researcher(model, tools, source),
    editor: editor(model, tools, source),
    writer: writer(model, tools, source),
  };
  return manager(model, tools, source);
}
