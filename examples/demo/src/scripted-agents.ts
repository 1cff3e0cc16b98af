import type { Spec } from "@guard/core";
import type { Script } from "example-model-server";
import { tool, type StructuredTool } from "langchain";
import { z } from "zod";

/** Returns the next tool call of the scripted model, by the number of results in its prompt. */
type NextStep = (results: number) => ToolRequest | undefined;

interface ToolRequest {
  readonly name: string;
  readonly args: Record<string, string>;
}

/** An agent of the demo: its tools are real, its model follows a script. */
export interface ScriptedAgent {
  readonly name: string;
  /** The demo counts the list price of this model. */
  readonly model: string;
  readonly task: string;
  /** What a reviewer compares the run with: `guard review` shows it. */
  readonly spec: Spec;
  readonly tools: readonly StructuredTool[];
  readonly next: NextStep;
}

/** This agent asks for the same search again and again. */
const sameSearch: ScriptedAgent = {
  name: "same-search",
  model: "gpt-5-mini",
  task: "Find out which port the billing service listens on.",
  spec: {
    does: "finds the port of the billing service",
    doesNot: "change a configuration",
    done: "the answer names one port, and the page that says so",
  },
  tools: [reading("search_docs", "query", (query) => `No results for "${query}".`)],
  next: () => ({ name: "search_docs", args: { query: "billing service port" } }),
};

/** This agent reads two files in turn. The files never change. */
const backAndForth: ScriptedAgent = {
  name: "back-and-forth",
  model: "gpt-4.1",
  task: "Explain why the two configurations disagree.",
  spec: {
    does: "explains why two configurations disagree",
    doesNot: "change a configuration",
    done: "the answer quotes both lines that disagree",
  },
  tools: [reading("read_file", "path", (path) => `# ${path}\nsee the other file`)],
  next: (results) => ({
    name: "read_file",
    args: { path: results % 2 === 0 ? "billing.yaml" : "gateway.yaml" },
  }),
};

const fixAndDeploy: readonly (readonly [request: ToolRequest, result: string])[] = [
  [{ name: "read_file", args: { path: "port.ts" } }, "export const port = 8O8O;"],
  [{ name: "run_tests", args: {} }, "2 failed, 10 passed"],
  [{ name: "edit_file", args: { path: "port.ts", to: "port = '8080'" } }, "edited"],
  [{ name: "run_tests", args: {} }, "2 failed, 10 passed"],
  [{ name: "edit_file", args: { path: "port.ts", to: "port = Number('8080')" } }, "edited"],
  [{ name: "run_tests", args: {} }, "1 failed, 11 passed"],
  [{ name: "edit_file", args: { path: "port.ts", to: "port = 8080" } }, "edited"],
  [{ name: "run_tests", args: {} }, "12 passed"],
  [{ name: "deploy", args: { service: "billing" } }, "deployment 7 started"],
  [{ name: "deployment_status", args: { id: "7" } }, "pending"],
  [{ name: "deployment_status", args: { id: "7" } }, "pending"],
  [{ name: "deployment_status", args: { id: "7" } }, "live"],
];

/** This agent does honest work in twelve steps. It runs the same tests four times, and looks at a deployment until it is live. */
function twelveSteps(): ScriptedAgent {
  let step = 0;
  const result = () => {
    step += 1;
    return fixAndDeploy[step - 1]?.[1] ?? "";
  };
  const fields = { path: z.string().optional(), to: z.string().optional() };
  const names = [...new Set(fixAndDeploy.map(([{ name }]) => name))];
  return {
    name: "twelve-steps",
    model: "gpt-5",
    task: "Fix the port of the billing service and deploy it.",
    spec: {
      does: "fixes the port of the billing service, and deploys it",
      doesNot: "change another service",
      done: "all twelve tests pass, and the deployment is live",
    },
    tools: names.map((name) =>
      tool(result, {
        name,
        description: name,
        schema: z.object({ ...fields, service: z.string().optional(), id: z.string().optional() }),
      }),
    ),
    next: (results) => fixAndDeploy[results]?.[0],
  };
}

/** Makes the agents of the demo. Each run needs new ones, because one agent counts its steps. */
export function scriptedAgents(): readonly ScriptedAgent[] {
  return [sameSearch, backAndForth, twelveSteps()];
}

/** The script of all agents. The name in the system message shows which agent asks. */
export function scriptOf(agents: readonly ScriptedAgent[]): Script {
  return ({ first, results }) => {
    const agent = agents.find(({ name }) => first.includes(name));
    return agent?.next(results.length) ?? "Done.";
  };
}

function reading(name: string, field: string, read: (value: string) => string): StructuredTool {
  return tool((args: Record<string, string>) => read(args[field] ?? ""), {
    name,
    description: name,
    schema: z.object({ [field]: z.string() }),
  });
}
