// The matrix judges others: what it must not overlook.
import { expect, test } from "vitest";
import type { Combination } from "../src/combination.ts";
import type { Job } from "../src/job.ts";
import { play, type Row } from "../src/row.ts";
import type { Scene } from "../src/scene.ts";

const head = { adapter: "made-up", framework: "made up", version: "1.0.0" };
const throwing: Combination = { way: "invoke", trip: "loop", exit: "throw", preset: "strict" };

/** Plays a run of a framework that does nothing but this. */
const playing = (
  run: (job: Job, scene: Scene) => Promise<readonly string[]>,
  combination: Combination = throwing,
) =>
  play(
    { missing: () => undefined, play: (scene) => run(scene.jobs[0]!, scene) },
    head,
    combination,
  );

const body = () => "result";

interface Case {
  readonly what: string;
  readonly run: (job: Job) => Promise<readonly string[]>;
  readonly counts: Partial<Row>;
  readonly faults: readonly string[];
}

const cases: readonly Case[] = [
  {
    what: "nothing after the trip",
    run: async (job) => {
      job.modelCalled();
      await job.toolRun(body);
      job.trip();
      return [];
    },
    counts: { modelCallsAfter: 0, toolRunsAfter: 0, toolRunsInFlight: 0, surfaced: true },
    faults: [],
  },
  {
    what: "a model call and two tools after the trip",
    run: async (job) => {
      job.trip();
      job.modelCalled();
      await job.toolRun(body);
      await job.toolRun(body);
      return [];
    },
    counts: { modelCallsAfter: 1, toolRunsAfter: 2, surfaced: true },
    faults: ["1 model calls after the trip", "2 tool runs after the trip"],
  },
  {
    what: "as many calls as were granted, and one more of each",
    run: async (job) => {
      job.grant({ models: 1, tools: 1 });
      job.trip();
      for (let call = 0; call < 2; call += 1) {
        job.modelCalled();
        await job.toolRun(body);
      }
      return [];
    },
    counts: { modelCallsGranted: 1, toolRunsGranted: 1, modelCallsAfter: 1, toolRunsAfter: 1 },
    faults: ["1 model calls after the trip", "1 tool runs after the trip"],
  },
  {
    what: "a call that was granted, but is not the one that was meant",
    run: async (job) => {
      job.grant({ models: 1 });
      job.trip();
      job.modelCalled(false);
      return [];
    },
    counts: { modelCallsGranted: 0, modelCallsAfter: 1 },
    faults: ["1 model calls after the trip"],
  },
  {
    what: "a tool that had started before",
    run: async (job) => {
      const running = job.toolRun(body);
      job.trip();
      await running;
      return [];
    },
    counts: { toolRunsInFlight: 1, toolRunsAfter: 0, surfaced: true },
    faults: [],
  },
  {
    what: "a run that is never stopped",
    run: async () => [],
    counts: { surfaced: false },
    faults: ["run 1 was never stopped"],
  },
  {
    what: "a trip that nobody sees",
    run: async (job) => {
      job.trip();
      return ["ended with an answer"];
    },
    counts: { surfaced: false },
    faults: ["ended with an answer"],
  },
  {
    what: "a run that fails otherwise",
    run: async (job) => {
      job.trip();
      throw new Error("no such model");
    },
    counts: { surfaced: false },
    faults: ["the run could not be played: Error: no such model"],
  },
];

test.for(cases)("$what", async ({ run, counts, faults: expected }) => {
  const { row, faults } = await playing(run);
  expect(row).toMatchObject(counts);
  expect(faults).toEqual(expected);
});

test("a run that is stopped for another reason than was meant", async () => {
  const failing: Combination = { ...throwing, trip: "failure" };
  const { row, faults } = await playing(async (job, scene) => {
    const lane = scene.breaker(job).agent("agent");
    for (let round = 1; round <= 3; round += 1) {
      await lane.admit([{ kind: "tool", tool: "use", args: {} }]);
    }
    return [];
  }, failing);
  expect(row.surfaced).toBe(false);
  expect(faults).toEqual(["stopped for loop"]);
});

test("a combination that is not there has a reason and no counts", async () => {
  const framework = { missing: () => "no such exit", play: async () => [] };
  const { row, faults } = await play(framework, head, throwing);
  expect(faults).toEqual([]);
  expect(row).toEqual({
    ...head,
    ...throwing,
    modelCallsAfter: null,
    toolRunsAfter: null,
    modelCallsGranted: null,
    toolRunsGranted: null,
    toolRunsInFlight: null,
    surfaced: null,
    notApplicable: "no such exit",
  });
});
