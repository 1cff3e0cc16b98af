// Agents that work are left alone: same results, same messages, same errors as without guard.
import { ToolMessage, type BaseMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { createAgent } from "langchain";
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors } from "guard-test-support/quiet";
import { scriptedModel, use, type Answer, named } from "guard-test-support/langchain";
import { guarded } from "./support/guarded.ts";
import {
  createAgentInvoke,
  executorInvoke,
  question,
  toolNodeInvoke,
  type Runner,
} from "./support/runners.ts";
import { useTool } from "./support/tools.ts";

/** An honest job: what the model asks for, and the tools that answer. Made anew for every run. */
interface Job {
  readonly job: string;
  readonly script: (turn: number) => Answer;
  readonly tools: () => StructuredToolInterface[];
}

/** Twelve calls in eleven answers: with a twelfth LangGraph's own limit of 25 steps is reached. */
const twelveFiles = (turn: number): Answer => {
  if (turn === 12) return "Done.";
  return turn === 11 ? [use("file 11"), use("file 12")] : [use(`file ${turn}`)];
};

const builds = ["queued", "queued", "queued", "running", "running", "running", "done"];

const jobs: readonly Job[] = [
  {
    job: "twelve different calls",
    script: twelveFiles,
    tools: () => [useTool().tool],
  },
  {
    job: "twelve different calls that all find nothing",
    script: twelveFiles,
    tools: () => [useTool("tool()", () => "nothing").tool],
  },
  {
    job: "polling until the build is done",
    script: (turn) => (turn <= 7 ? [{ name: "job_status", args: { q: "build" } }] : "Done."),
    tools: () => {
      const left = [...builds];
      return [named("job_status", () => left.shift())];
    },
  },
  {
    job: "testing again after every edit",
    script: (turn) => {
      if (turn > 10) return "Done.";
      return turn % 2 === 1
        ? [{ name: "run_tests", args: { q: "all" } }]
        : [{ name: "edit_file", args: { q: `change ${turn}` } }];
    },
    tools: () => [named("run_tests", () => "2 failed"), named("edit_file", (q) => `${q} written`)],
  },
  {
    job: "asking the same again twice",
    script: (turn) => (turn <= 3 ? [use()] : "Done."),
    tools: () => [useTool().tool],
  },
  {
    job: "going on after a tool has failed",
    script: (turn) => (turn === 1 ? [use()] : "Done."),
    tools: () => [useTool("throwing tool").tool],
  },
  {
    job: "correcting arguments and names",
    script: (turn) => {
      if (turn === 1) return [{ name: "no_such_tool", args: {} }];
      return turn <= 3 ? [use(turn === 2 ? 1 : "a")] : "Done.";
    },
    tools: () => [useTool().tool],
  },
];

const runners: readonly (readonly [string, Runner])[] = [
  ["createAgent", createAgentInvoke],
  ["AgentExecutor", executorInvoke],
  ["StateGraph + ToolNode", toolNodeInvoke],
];

quietHandlerErrors();

describe.each(jobs)("$job", ({ script, tools }) => {
  test.for(runners)("%s", async ([, run]) => {
    const unguarded = await run({ model: scriptedModel(script), tools: tools(), callbacks: [] });

    const { handler, events } = guarded();
    const { result, error } = await ending(() =>
      run({ model: scriptedModel(script), tools: tools(), callbacks: [handler] }),
    );

    expect(error).toBeUndefined();
    expect(comparable(result)).toEqual(comparable(unguarded));
    expect(events.filter(({ type }) => type === "block" || type === "trip")).toEqual([]);
  });
});

describe("createAgent", () => {
  test("a throwing tool becomes a message, as without guard", async () => {
    const { handler } = guarded();
    const model = scriptedModel((turn) => (turn === 1 ? [use()] : "Done."));

    const { result } = await ending(() =>
      createAgent({ model, tools: [useTool("throwing tool").tool] }).invoke(question, {
        callbacks: [handler],
      }),
    );

    expect(result?.messages.filter((message) => ToolMessage.isInstance(message))).toMatchObject([
      { content: "Error: out of order\n Please fix your mistakes." },
    ]);
  });

  test("guard takes none of the 25 steps: thirteen model calls fit, as without it", async () => {
    const { handler } = guarded();
    const model = scriptedModel((turn) => [use(`file ${turn}`)]);

    const { error, stop } = await ending(() =>
      createAgent({ model, tools: [useTool().tool] }).invoke(question, {
        callbacks: [handler],
        recursionLimit: 25,
      }),
    );

    expect(error).toMatchObject({ name: "GraphRecursionError" });
    expect(stop).toBeUndefined();
    expect(model.callCount).toBe(13);
  });

  test("errors that are not guard's are passed on as they are", async () => {
    const { handler } = guarded();
    const model = scriptedModel(() => {
      throw new Error("the model is down");
    });

    const { error, stop } = await ending(() =>
      createAgentInvoke({ model, tools: [useTool().tool], callbacks: [handler] }),
    );

    expect(error).toMatchObject({ message: "the model is down" });
    expect(stop).toBeUndefined();
  });
});

/** What a run came to, without the ids that LangGraph makes up. */
function comparable(result: unknown): unknown {
  if (typeof result !== "object" || result === null || !("messages" in result)) return result;
  return (result.messages as BaseMessage[]).map((message) => ({
    type: message.getType(),
    content: message.content,
    ...("tool_calls" in message ? { calls: message.tool_calls } : {}),
    ...("status" in message ? { status: message.status } : {}),
    ...("tool_call_id" in message ? { answers: message.tool_call_id } : {}),
  }));
}
