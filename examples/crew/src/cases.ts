import type { GuardOptions } from "@guard/core";
import type { Answer, Script } from "example-model-server";

/** A way in which a crew spends money without end. */
export interface Case {
  readonly name: string;
  readonly what: string;
  readonly script: Script;
  /** The body of the page tool. Default: the tool returns a page. */
  readonly fetchPage?: (url: string) => string;
  /** Options of guard in place of its defaults. */
  readonly options?: GuardOptions;
  /** The savings that a crew in the field has reported, in percent of its cost. */
  readonly reportedPercent: number;
}

const task = "Which port does the billing service use?";
const ask = (member: string, about: string) => ({ name: `ask_${member}`, args: { task: about } });
const fetchPage = { name: "fetch_page", args: { url: "https://docs.example/ports" } };

/** The answers of each agent. The first message names the agent. */
const script =
  (
    agents: Readonly<Record<string, (results: readonly string[], prompt: string) => Answer>>,
  ): Script =>
  ({ first, results, question }) => {
    const name = /You are the (\w+)/.exec(first)?.[1] ?? "";
    return agents[name]?.(results, question) ?? `The ${name} has nothing to say.`;
  };

/** Forty new sentences. */
const sentences = (from: number): string =>
  Array.from(
    { length: 40 },
    (_, index) => `Service ${from + index} has port ${from + 3 * index}.`,
  ).join(" ");

export const cases: readonly Case[] = [
  {
    name: "delegation circle",
    what: "researcher (AI SDK) and editor (Mastra) hand the same question to each other",
    reportedPercent: 87,
    script: script({
      manager: (results) => (results.length === 0 ? ask("researcher", task) : "No port was found."),
      researcher: () => ask("editor", task),
      editor: () => ask("researcher", task),
    }),
  },
  {
    name: "retry storm",
    what: "researcher (AI SDK) and writer (OpenAI Agents) retry the same broken tool",
    reportedPercent: 75,
    fetchPage: () => {
      throw new Error("503 service unavailable");
    },
    script: script({
      manager: (results) =>
        results.length === 0
          ? [ask("researcher", task), ask("writer", "Write down the ports.")]
          : "The page could not be read.",
      researcher: () => fetchPage,
      writer: () => fetchPage,
    }),
  },
  {
    name: "rejected task",
    what: "the manager (LangGraph) gives the writer the same task after each rejection",
    reportedPercent: 75,
    script: script({
      manager: (results) =>
        results.length % 2 === 0
          ? ask("writer", "Write a summary of the ports.")
          : ask("editor", "Review the draft of the summary."),
      writer: () => "The billing service has a port.",
      editor: () => "Rejected: the summary names no port.",
    }),
  },
  {
    name: "growing cost",
    what: "each pass rewrites all drafts so far; the rule `drift` stops it",
    reportedPercent: 75,
    options: { rules: { drift: { open: 3 } } },
    script: script({
      manager: (results) => ask("writer", `Pass ${results.length + 1}: ${results.at(-1) ?? task}`),
      writer: (_results, prompt) => `${prompt}\n${sentences(prompt.length)}`,
    }),
  },
];
