import type { Breaker, Call, Decision, Lane, Registry, Verdict } from "@guard/core";
import type { AdapterHarness } from "../../src/index.ts";
import { alteredLane, loopHarness } from "./loop.ts";

type Run = ReturnType<AdapterHarness["run"]>;
type Admit = (calls: readonly Call[]) => Promise<readonly Decision[]>;

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
    harness: byAdmit((lane) => async (calls) => {
      await lane.admit(calls);
      return lane.admit(calls);
    }),
  },
  {
    fault: "counts one call of each answer",
    foundBy: "counts each call of an answer that asks for several",
    harness: byAdmit((lane) => async (calls) => {
      const [first] = await lane.admit(calls.slice(0, 1));
      return calls.map(() => first!);
    }),
  },
  {
    fault: "takes failures for results",
    foundBy: "finds the failure of a tool that throws",
    harness: byLane((lane) => ({ settle: (token) => lane.settle(token, { status: "success" }) })),
  },
  {
    fault: "drops the notes",
    foundBy: "warned: the model reads the note beside the result",
    harness: byAdmit((lane) => without(lane, "warn")),
  },
  {
    fault: "runs what is refused",
    foundBy: "refused: the call has not run, the model reads why, and the run goes on",
    harness: byAdmit((lane) => without(lane, "block")),
  },
  {
    fault: "goes on after the trip",
    foundBy: "stopped: AAAA, balanced, after exactly 6 model calls",
    harness: byAdmit((lane) => without(lane, "open")),
  },
  {
    fault: "stops at tool calls only",
    foundBy: "nothing after: a further run on the same breaker asks no model",
    harness: byAdmit((lane) => async (calls) => {
      if (calls[0]?.kind === "model") return without(lane, "open")(calls);
      return lane.admit(calls);
    }),
  },
  {
    fault: "keeps one breaker for all runs",
    foundBy: "a registry gives every run a breaker of its own, which ends with it",
    harness: keepingOneBreaker(),
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
    harness: { ...loopHarness(), can: { warn: false, refuse: true } },
  },
  {
    fault: "refuses where it says that it can't",
    foundBy: "refused: the call runs and counts as refused, and the third one ends the run",
    harness: { ...loopHarness(), can: { warn: true, refuse: false } },
  },
];

/** The loop with other methods on its lane. */
function byLane(change: (lane: Lane) => Partial<Lane>): AdapterHarness {
  return loopHarness(undefined, (lane) => alteredLane(lane, change(lane)));
}

/** The loop with another way of asking. */
function byAdmit(change: (lane: Lane) => Admit): AdapterHarness {
  return byLane((lane) => ({ admit: change(lane) as Lane["admit"] }));
}

/** Asks as the lane does, but allows where it should say this. */
function without(lane: Lane, verdict: Verdict): Admit {
  return async (calls) => {
    const decisions: readonly Decision[] = await lane.admit(calls);
    return decisions.map((decision) =>
      decision.verdict === verdict ? { ...decision, verdict: "allow" } : decision,
    );
  };
}

/** The loop, with its runs reported otherwise than they were. */
function reported(change: (run: Run) => Run): AdapterHarness {
  const { can, run } = loopHarness();
  return { can, run: (setup) => change(run(setup)) };
}

function keepingOneBreaker(): AdapterHarness {
  const { can, run } = loopHarness();
  const kept = new WeakMap<Registry, Breaker>();
  return {
    can,
    run: (setup) => {
      const { source } = setup;
      if (!("breaker" in source) || typeof source.breaker !== "function") return run(setup);
      const breaker = kept.get(source) ?? source.breaker();
      kept.set(source, breaker);
      return run({ ...setup, source: breaker });
    },
  };
}
