import { CircuitOpenError, createBreaker, type Breaker, type Registry } from "@guard/core";
import { runsOf, type Starting } from "@guard/core/adapter";
import type { AdapterHarness, AdapterLimit } from "../../src/index.ts";
import { loopHarness, type Seam } from "./loop.ts";

type Run = ReturnType<AdapterHarness["run"]>;

/** An adapter that is wrong in one way. */
interface Faulty {
  readonly fault: string;
  /** The test of the contract that is there to find it. */
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
    fault: "takes failures for results",
    foundBy: "finds the failure of a tool that throws",
    harness: byAgent((agent) => ({ end: (key) => agent.end(key, { status: "success" }) })),
  },
  {
    fault: "books no answer that breaks off",
    foundBy: "cut off: an answer that breaks off after its first words has cost what was streamed",
    harness: byAgent((agent) => ({ end: (key) => agent.end(key, { status: "failure" }) })),
  },
  {
    fault: "books all that was held for an answer that breaks off",
    foundBy: "cut off: an answer that breaks off before it has begun has cost nothing",
    harness: byAgent((agent) => ({ end: (key) => agent.end(key, { status: "ignored" }) })),
  },
  {
    fault: "shows no results",
    foundBy: "finds that a tool does not exist",
    harness: byAgent((agent) => ({ request: (call) => agent.request(call) })),
  },
  {
    fault: "drops the notes",
    foundBy: "warned: the model reads the note beside the result",
    harness: byAgent(() => ({ told: new Map() })),
  },
  {
    fault: "runs what is refused",
    foundBy: "refused: the call has not run, the model reads why, and the run goes on",
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
    foundBy: "nothing after: a further run on the same breaker asks no model",
    harness: byAgent((agent) => ({
      request: async (...asked) => allowed(await agent.request(...asked)),
    })),
  },
  {
    fault: "keeps one breaker for all runs",
    foundBy: "a registry gives every run a breaker of its own, which ends with it",
    harness: keepingOneBreaker(),
  },
  {
    fault: "takes runs that are under way at once for one",
    foundBy: "two runs at once share no budget, and the end of one is not that of the other",
    harness: loopHarness({ newId: () => "run" }),
  },
  {
    fault: "begins runs that it never ends",
    foundBy: "healthy: guard tells of no mistake in the way it is placed",
    harness: leavingRunsOpen(),
  },
  {
    fault: "swallows the error",
    foundBy: "budget: three model calls are three model calls",
    harness: reported(async (run) => ({ ...(await run), error: undefined })),
  },
  {
    fault: "touches every result",
    foundBy: "healthy: a run that gets on reads what its tools gave, and ends as it would",
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
    fault: "warns where it says that it can't",
    foundBy: "warned: the result is as the tool gave it",
    harness: sayingThatItCannot("warn"),
  },
  {
    fault: "refuses where it says that it can't",
    foundBy: "refused: the call runs and counts as refused, and the third one ends the run",
    harness: sayingThatItCannot("refuseInPlace"),
  },
  {
    fault: "goes on without a tool where it says that it can't",
    foundBy: "stopped by the framework: the first call of a tool that does not exist",
    harness: sayingThatItCannot("unknownTool"),
  },
  {
    fault: "tells nothing of what comes back, where it can't see errors",
    foundBy: "finds what the framework makes of the error of a tool that throws",
    harness: { ...byAgent(() => ({ end: async () => {} })), cannot: ["seeErrors"] },
  },
];

/** The loop over an agent that does some things in another way. */
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

/** Says nothing of any call of an answer but the first. */
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

/** The loop, with its runs reported otherwise than they were. */
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
