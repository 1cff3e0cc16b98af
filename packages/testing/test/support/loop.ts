import { refusal, warning, type Decision, type Lane } from "@guard/core";
import { runsOf } from "@guard/core/adapter";
import type { AdapterHarness, AdapterRequest, AdapterRun, AdapterSetup } from "../../src/index.ts";

type Can = AdapterHarness["can"];
type Running = { -readonly [Key in keyof AdapterRun]: AdapterRun[Key] } & { read: string[] };

let loops = 0;

/** An adapter for the agent loop below. `alter` makes it a worse one. */
export function loopHarness(
  can: Can = { warn: true, refuse: true },
  alter: (lane: Lane) => Lane = (lane) => lane,
): AdapterHarness {
  return {
    can,
    run: async (setup) => {
      const run: Running = {
        modelCalls: 0,
        toolRuns: 0,
        read: [],
        error: undefined,
        text: undefined,
      };
      const guarded = runsOf(setup.source).run(`loop ${(loops += 1)}`);
      try {
        run.text = await loop(alter(guarded.breaker.agent()), setup, run, can);
      } catch (error) {
        run.error = error;
      } finally {
        await guarded.end();
      }
      return run;
    },
  };
}

/** An agent loop, guarded by hand. */
async function loop(lane: Lane, setup: AdapterSetup, run: Running, can: Can): Promise<string> {
  while (run.modelCalls < 40) {
    const [asked] = await lane.admit([{ kind: "model" }]);
    if (asked.verdict === "open") throw lane.toError(asked);
    run.modelCalls += 1;
    const answer = setup.script(run.modelCalls, run.read);
    await lane.settle(asked.token, { status: "success" });
    if (typeof answer === "string") return answer;

    const decisions: readonly Decision[] = await lane.admit(
      answer.map((request) => ({ kind: "tool", ...request })),
    );
    const stop = decisions.find(({ verdict }) => verdict === "open");
    if (stop !== undefined) throw lane.toError(stop);
    for (const [index, request] of answer.entries()) {
      const { verdict, findings, token } = decisions[index]!;
      const [finding] = findings;
      if (verdict === "block" && can.refuse) {
        run.read.push(refusal(finding!));
        continue;
      }
      const result = await useTool(lane, token, setup, request, run);
      run.read.push(verdict === "warn" && can.warn ? `${result}\n${warning(finding!)}` : result);
    }
  }
  throw new Error("forty model calls, and nobody has stopped this run");
}

async function useTool(
  lane: Lane,
  token: Decision["token"],
  { tools }: AdapterSetup,
  { tool, args }: AdapterRequest,
  run: Running,
): Promise<string> {
  try {
    const body = tools[tool];
    if (body === undefined) throw new Error(`there is no tool ${tool}`);
    run.toolRuns += 1;
    const result = body(args);
    await lane.settle(token, { status: "success", result });
    return result;
  } catch (error) {
    await lane.settle(token, { status: "failure", error });
    return String(error);
  }
}

/** A lane with other methods here and there. */
export function alteredLane(lane: Lane, change: Partial<Lane>): Lane {
  return {
    agent: lane.agent,
    userMessage: (text) => lane.userMessage(text),
    admit: (calls, options) => lane.admit(calls, options),
    admitSync: (calls, options) => lane.admitSync(calls, options),
    settle: (token, outcome) => lane.settle(token, outcome),
    settleSync: (token, outcome) => lane.settleSync(token, outcome),
    check: (decision) => lane.check(decision),
    run: (call, fn, options) => lane.run(call, fn, options),
    release: (token) => lane.release(token),
    toError: (decision) => lane.toError(decision),
    ...change,
  };
}
