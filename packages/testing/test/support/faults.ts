import { CircuitOpenError, createBreaker, type Breaker, type Registry } from "@guard/core";
import { runsOf, type Starting } from "@guard/core/adapter";
import type { AdapterHarness, AdapterLimit } from "../../src/index.ts";
import { loopHarness, type Seam } from "./loop.ts";

type Run = ReturnType<AdapterHarness["run"]>;

/** An adapter that is wrong in one way. */
interface Faulty {
  readonly fault: string;
  /** The test of the contract that finds the fault. */
  readonly foundBy: string;
  readonly harness: AdapterHarness;
}

export const faulty: readonly Faulty[] = [
  {
    fault: "counts twice",
    foundBy: "counts each model call and each tool call once",
    harness: byAgent((agent) => ({
      request: async (...asked) => {
        await agent.request(...asked);
        return agent.request(...asked);
      },
      answered: async (key, answer) => {
        await agent.answered(key, { ...answer, id: `${key}, again` });
        return agent.answered(key, answer);
      },
    })),
  },
  {
    fault: "counts one call of each answer",
    foundBy: "counts each call of an answer that asks for several",
    harness: byAgent(tellingOfOne),
  },
  {
    fault: "reports failures as results",
    foundBy: "finds the failure of a tool that throws",
    harness: byAgent((agent) => ({ end: (key) => agent.end(key, { status: "success" }) })),
  },
  {
    fault: "books no cut-off answer",
    foundBy: "cut off: an answer that breaks off after its first words costs what was streamed",
    harness: byAgent((agent) => ({ end: (key) => agent.end(key, { status: "failure" }) })),
  },
  {
    fault: "books the whole reservation of a cut-off answer",
    foundBy: "cut off: an answer that breaks off before it has begun costs nothing",
    harness: byAgent((agent) => ({ end: (key) => agent.end(key, { status: "ignored" }) })),
  },
  {
    fault: "shows no results",
    foundBy: "finds that a tool is missing",
    harness: byAgent((agent) => ({ request: (call) => agent.request(call) })),
  },
  {
    fault: "shows no notes",
    foundBy: "warned: the model reads the note with the result",
    harness: byAgent(() => ({ told: new Map() })),
  },
  {
    fault: "runs refused calls",
    foundBy: "refused: the call does not run, the model reads why, and the run goes on",
    harness: byAgent((agent) => ({
      start: async (...call) => {
        const starting = await agent.start(...call);
        return CircuitOpenError.isInstance(starting.refused) ? starting : allowed(starting);
      },
    })),
  },
  {
    fault: "goes on after the trip",
    foundBy: "stopped: AAAA, balanced, after exactly 6 model calls",
    harness: byAgent((agent) => ({
      request: async (...asked) => allowed(await agent.request(...asked)),
      answered: async (...answer) => void (await agent.answered(...answer)),
      start: async (...call) => allowed(await agent.start(...call)),
    })),
  },
  {
    fault: "stops at tool calls only",
    foundBy: "nothing after: the next run on the same breaker asks no model",
    harness: byAgent((agent) => ({
      request: async (...asked) => allowed(await agent.request(...asked)),
    })),
  },
  {
    fault: "keeps one breaker for all runs",
    foundBy: "a registry gives every run its own breaker, which ends with the run",
    harness: keepingOneBreaker(),
  },
  {
    fault: "mixes runs that go on at once",
    foundBy: "two runs at once share no budget, and end separately",
    harness: loopHarness({ newId: () => "run" }),
  },
  {
    fault: "begins runs and never ends them",
    foundBy: "healthy: guard reports no misplacement",
    harness: leavingRunsOpen(),
  },
  {
    fault: "swallows the error",
    foundBy: "budget: a budget of three model calls allows three model calls",
    harness: reported(async (run) => ({ ...(await run), error: undefined })),
  },
  {
    fault: "changes every result",
    foundBy: "healthy: a run with progress reads the results of its tools, and ends by itself",
    harness: reported(async (run) => {
      const { read, ...rest } = await run;
      return { ...rest, read: read.map((text) => `${text}!`) };
    }),
  },
  {
    fault: "loses the final answer",
    foundBy: "healthy: a run without tools",
    harness: reported(async (run) => ({ ...(await run), text: undefined })),
  },
  {
    fault: "warns, but says that it can't",
    foundBy: "warned: the result is unchanged",
    harness: sayingThatItCannot("warn"),
  },
  {
    fault: "refuses, but says that it can't",
    foundBy: "refused: the call runs and counts as refused, and the third refusal ends the run",
    harness: sayingThatItCannot("refuseInPlace"),
  },
  {
    fault: "goes on after a missing tool, but says that it can't",
    foundBy: "stopped by the framework: the first call of a missing tool",
    harness: sayingThatItCannot("unknownTool"),
  },
  {
    fault: "reports no outcomes and can't see errors",
    foundBy: "finds the text that the framework makes of a tool's error",
    harness: { ...byAgent(() => ({ end: async () => {} })), cannot: ["seeErrors"] },
  },
];

/** The loop, over an agent with some methods replaced. */
function byAgent(change: (agent: Seam) => Partial<Seam>): AdapterHarness {
  const alter = (agent: Seam): Seam => ({
    request: (...asked) => agent.request(...asked),
    answered: (...answer) => agent.answered(...answer),
    start: (...call) => agent.start(...call),
    end: (...outcome) => agent.end(...outcome),
    told: agent.told,
    ...change(agent),
  });
  return loopHarness({ alter });
}

function allowed(starting: Starting): Starting {
  return { ...starting, refused: undefined };
}

/** Reports only the first call of an answer. */
function tellingOfOne(agent: Seam): Partial<Seam> {
  const told = new Set<string | undefined>();
  return {
    answered: (key, answer) => {
      const calls = answer.calls.slice(0, 1);
      told.add(calls[0]?.id);
      return agent.answered(key, { ...answer, calls });
    },
    start: async (call, options) => {
      if (told.has(call.id)) return agent.start(call, options);
      return { key: "", refused: undefined, decision: createBreaker().agent().check() };
    },
  };
}

function sayingThatItCannot(what: AdapterLimit): AdapterHarness {
  return { ...loopHarness(), cannot: [what] };
}

/** The loop, with changed reports of its runs. */
function reported(change: (run: Run) => Run): AdapterHarness {
  const { run } = loopHarness();
  return { run: (setup) => change(run(setup)) };
}

function keepingOneBreaker(): AdapterHarness {
  const { run } = loopHarness();
  const kept = new WeakMap<Registry, Breaker>();
  return {
    run: (setup) => {
      const { source } = setup;
      if (!("breaker" in source) || typeof source.breaker !== "function") return run(setup);
      const breaker = kept.get(source) ?? source.breaker();
      kept.set(source, breaker);
      return run({ ...setup, source: breaker });
    },
  };
}

function leavingRunsOpen(): AdapterHarness {
  const { run } = loopHarness();
  return {
    run: (setup) => {
      runsOf(setup.source).run(crypto.randomUUID());
      return run(setup);
    },
  };
}
