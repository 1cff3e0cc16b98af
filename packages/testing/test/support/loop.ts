import { CircuitOpenError, type Outcome, type ToolCall } from "@guard/core";
import { AnswerSoFar, runsOf, toFailure, type Agent } from "@guard/core/adapter";
import type { AdapterHarness, AdapterLimit, AdapterRun } from "../../src/index.ts";
import type { AdapterSetup, AdapterStream } from "../../src/index.ts";

/** The part of the seam's agent that the loop uses. */
export type Seam = Pick<Agent, "request" | "answered" | "start" | "end" | "told">;
type Seen = { -readonly [Key in keyof AdapterRun]: AdapterRun[Key] } & { read: string[] };

interface LoopOptions {
  readonly cannot?: readonly AdapterLimit[];
  /** Makes the adapter worse. */
  readonly alter?: (agent: Seam) => Seam;
  /** The id of a root run. */
  readonly newId?: () => string;
}

/** An adapter for the agent loop below. */
export function loopHarness({
  cannot = [],
  alter = (agent) => agent,
  newId = () => crypto.randomUUID(),
}: LoopOptions = {}): AdapterHarness {
  return {
    cannot,
    run: async (setup) => {
      const seen: Seen = {
        modelCalls: 0,
        toolRuns: 0,
        read: [],
        error: undefined,
        text: undefined,
      };
      const run = runsOf(setup.source).run(newId());
      try {
        seen.text = await loop(alter(run.agent()), setup, seen, (what) => !cannot.includes(what));
      } catch (error) {
        seen.error = error;
      }
      const unanswered = await run.end(seen.error !== undefined);
      seen.error ??= unanswered;
      return seen;
    },
    stream: async (answer) => {
      const run = runsOf(answer.source).run(newId());
      await brokenOff(alter(run.agent()), answer);
      await run.end(true);
    },
  };
}

/** A model call whose answer breaks off. */
async function brokenOff(agent: Seam, { words, hidesThoughts, error }: AdapterStream) {
  const { key } = await agent.request({ kind: "model", prompt: "Find the port." });
  const soFar = new AnswerSoFar();
  if (hidesThoughts) soFar.hear([{ kind: "thought" }]);
  for (const text of words) soFar.hear([{ kind: "text", text }]);
  await agent.end(key, soFar.cutOff(toFailure(error)));
}

type Can = (what: AdapterLimit) => boolean;

/** A framework by hand: it asks a model, runs its tools, and shows the results to the model. */
async function loop(agent: Seam, setup: AdapterSetup, seen: Seen, can: Can): Promise<string> {
  const results: (readonly [id: string, outcome: Outcome])[] = [];
  const latest = () =>
    results.map(([id, outcome]) => ({ role: "result", id, outcome: () => outcome }) as const);
  while (seen.modelCalls < 40) {
    const { key, refused } = await agent.request({ kind: "model" }, { latest });
    if (refused !== undefined) throw refused;
    seen.modelCalls += 1;
    const answer = setup.script(seen.modelCalls, seen.read);
    const isText = typeof answer === "string";
    const calls = isText ? [] : answer.map((one, index) => toCall(one, `${key}:${index}`));
    const stop = await agent.answered(key, { calls, text: isText ? answer : undefined });
    if (stop !== undefined) throw stop;
    if (isText) return answer;

    const unknown = calls.find(({ tool }) => setup.tools[tool] === undefined);
    if (unknown !== undefined && !can("unknownTool")) throw new Error(`no tool ${unknown.tool}`);
    for (const call of calls) {
      const body = setup.tools[call.tool];
      const error = `there is no tool ${call.tool}`;
      // The next request shows calls that never start.
      if (body === undefined) results.unshift([call.id, { status: "failure", error }]);
      seen.read.push(body === undefined ? error : await useTool(agent, call, body, seen, can));
    }
  }
  throw new Error("forty model calls, and nothing has stopped this run");
}

type Named = ToolCall & { readonly id: string };

function toCall({ tool, args, id }: Omit<ToolCall, "kind">, otherId: string): Named {
  return { kind: "tool", id: id ?? otherId, tool, args };
}

/** The text that the model reads: the result with guard's note below, or guard's refusal. */
async function useTool(
  agent: Seam,
  call: Named,
  body: AdapterSetup["tools"][string],
  seen: Seen,
  can: Can,
): Promise<string> {
  const { key, refused } = await agent.start(call, { canRefuse: can("refuseInPlace") });
  if (CircuitOpenError.isInstance(refused)) throw refused;
  if (refused !== undefined) return refused.message;
  seen.toolRuns += 1;
  let result: string;
  let outcome: Outcome;
  try {
    result = body(call.args);
    outcome = { status: "success", result };
  } catch (error) {
    result = String(error);
    outcome = can("seeErrors") ? toFailure(error) : { status: "success", result };
  }
  await agent.end(key, outcome);
  const note = can("warn") ? agent.told.get(call.id) : undefined;
  return note === undefined ? result : `${result}\n${note.text}`;
}
