// Whatever runs the agent, whatever the tool is: a loop is stopped after exactly this many calls.
import { describe, expect, test } from "vitest";
import { ending } from "guard-test-support";
import { quietHandlerErrors, unhandled } from "guard-test-support/quiet";
import { asText, scriptedModel, use, type Answer } from "guard-test-support/langchain";
import { guarded } from "./support/guarded.ts";
import {
  createAgentInvoke,
  createAgentStream,
  executorInvoke,
  executorStream,
  reactExecutorInvoke,
  toolNodeInvoke,
  type Runner,
} from "./support/runners.ts";
import { useText, useTool, type Kind } from "./support/tools.ts";

type Loop = "the same" | "A,B,A,B" | "invalid arguments" | "unknown tool";

const scripts: Readonly<Record<Loop, (turn: number) => Answer>> = {
  "the same": () => [use()],
  "A,B,A,B": (turn) => [use(turn % 2 === 1 ? "a" : "b")],
  "invalid arguments": () => [use(1)],
  "unknown tool": () => [{ name: "no_such_tool", args: { q: "a" } }],
};

// A body never runs with invalid arguments or for an unknown tool, so there its kind says nothing;
// how a class is told from its name does. Agents that write actions as text have no invalid arguments.
const kindsOf: Readonly<Record<Loop, readonly Kind[]>> = {
  "the same": ["tool()", "class", "throwing tool"],
  "A,B,A,B": ["tool()", "class", "throwing tool"],
  "invalid arguments": ["tool()", "class"],
  "unknown tool": ["tool()"],
};

interface Column {
  readonly runner: string;
  readonly run: Runner;
  readonly text?: true;
  readonly loops: readonly Loop[];
  /** Model calls and tool bodies of each loop. */
  readonly balanced: Readonly<Partial<Record<Loop, readonly [models: number, bodies: number]>>>;
}

const allLoops = Object.keys(scripts) as Loop[];

/** Refused calls don't run. */
const refusing = {
  "the same": [6, 3],
  "A,B,A,B": [7, 4],
  "invalid arguments": [6, 0],
  "unknown tool": [6, 0],
} as const;

/** Refused calls run all the same, and count as refused. */
const counting = { ...refusing, "the same": [6, 5], "A,B,A,B": [7, 6] } as const;

/** What an unknown tool brought stands only in the text of the next prompt: the same text is seen first. */
const readingText = { ...counting, "unknown tool": [7, 0] } as const;

const strict = {
  "the same": [3, 2],
  "A,B,A,B": [5, 4],
  "invalid arguments": [3, 0],
  "unknown tool": [3, 0],
} as const;

const columns: readonly Column[] = [
  { runner: "createAgent, invoke", run: createAgentInvoke, loops: allLoops, balanced: refusing },
  { runner: "createAgent, stream", run: createAgentStream, loops: allLoops, balanced: refusing },
  { runner: "AgentExecutor, invoke", run: executorInvoke, loops: allLoops, balanced: counting },
  { runner: "AgentExecutor, stream", run: executorStream, loops: allLoops, balanced: counting },
  {
    runner: "AgentExecutor around a text agent",
    run: reactExecutorInvoke,
    text: true,
    loops: ["the same", "A,B,A,B", "unknown tool"],
    balanced: readingText,
  },
  { runner: "StateGraph + ToolNode", run: toolNodeInvoke, loops: allLoops, balanced: counting },
];

/** A tool that has failed three times in a row is refused, where a model reads refusals. */
const strictly = (loop: Loop, kind: Kind, balanced: Column["balanced"]) =>
  loop === "A,B,A,B" && kind === "throwing tool" && balanced === refusing ? [5, 3] : strict[loop];

/** Which rule sees it, or which tool it names. */
const seenBy = (readsText: boolean, loop: Loop) => {
  if (loop !== "unknown tool") return { tool: "use" };
  return readsText ? { rule: "text" } : { tool: "no_such_tool" };
};

quietHandlerErrors();

describe.each(columns)("$runner", ({ run, text, loops, balanced }) => {
  const cases = loops.flatMap((loop) =>
    kindsOf[loop].flatMap((kind) => [
      { loop, kind, preset: "balanced" as const, counts: balanced[loop]! },
      { loop, kind, preset: "strict" as const, counts: strictly(loop, kind, balanced) },
    ]),
  );

  test.for(cases)("$preset, $kind, $loop: $counts", async ({ loop, kind, preset, counts }) => {
    const script = scripts[loop];
    const model = scriptedModel(text ? asText(script) : script);
    const used = text ? useText(kind) : useTool(kind);
    const { handler, events } = guarded({ preset });

    const { error, stop } = await ending(() =>
      run({ model, tools: [used.tool], callbacks: [handler] }),
    );

    expect(stop, `ended with ${String(error)}`).toMatchObject({
      code: "GUARD_CIRCUIT_OPEN",
      reason: "loop",
      finding: { agent: "agent", ...seenBy(text === true && preset === "balanced", loop) },
      report: { used: { modelCalls: counts[0] } },
    });
    expect([model.callCount, used.ran.length]).toEqual(counts);
    expect(events.filter(({ type }) => type === "trip")).toHaveLength(1);
    expect(unhandled).toEqual([]);
  });
});
