// How an agent is run, and run on, in every framework that is built on LangChain.
import type { TripReport } from "@guard/core";
import { ending, readAll, type Ending } from "guard-test-support";
import type { Job } from "../job.ts";
import { lastWord, type Scene } from "../scene.ts";
import { told } from "../told.ts";
import { lastIn } from "./langchain-parts.ts";

/** An agent, with everything of guard's in and around it. */
export interface Agent {
  readonly input: (job: Job) => unknown;
  readonly invoke: (input: unknown, config: object) => Promise<unknown>;
  readonly stream: (input: unknown, config: object) => Promise<AsyncIterable<unknown>>;
  /** Runs for several inputs; each of them gives what it ended with, or its error. */
  readonly batch: (inputs: unknown[], config: object[]) => Promise<unknown[]>;
  /** Runs on, with nothing new from the user. */
  readonly runOn?: (config: object) => Promise<unknown>;
  /** Whether the user's own error node has told of this trip in the state. */
  readonly routed?: (state: unknown, trip: string) => boolean;
  /** Goes on after a human's decision. */
  readonly decide?: (decision: unknown, config: object) => Promise<unknown>;
}

type Ended = Ending<unknown>;

/** Plays a scene with agents made by `make`, one for each of the jobs unless they are a batch. */
export async function playWith(
  scene: Scene,
  make: (scene: Scene, job: Job | undefined) => Agent,
): Promise<readonly string[]> {
  const { jobs, combination } = scene;
  if (combination.exit === "wind-down") for (const job of jobs) job.grant({ models: 1 });
  if (combination.way !== "batch") {
    const faults: string[] = [];
    for (const job of jobs) faults.push(...(await playJob(scene, job, make(scene, job))));
    return faults;
  }
  const agent = make(scene, undefined);
  const all = await ending(() => agent.batch(jobs.map(agent.input), jobs.map(configOf)));
  if (all.error !== undefined) return [`the batch ended with ${told(all.error)}`];
  const faults: string[] = [];
  for (const job of jobs) {
    const result = all.result?.[job.number - 1];
    const ended = await ending(() =>
      result instanceof Error ? Promise.reject(result) : Promise.resolve(result),
    );
    faults.push(...(await judge(scene, job, agent, ended)));
  }
  return faults;
}

async function playJob(scene: Scene, job: Job, agent: Agent): Promise<readonly string[]> {
  const { way } = scene.combination;
  const run = (config: object) =>
    way === "stream" ? lastOf(agent, job, config) : agent.invoke(agent.input(job), config);
  if (way === "abort") {
    const aborting = new AbortController();
    job.onTrip(() => aborting.abort());
    // How this ends is not promised: the run was stopped and aborted at once.
    await ending(() => run({ ...configOf(job), signal: aborting.signal }));
  } else {
    const faults = await judge(scene, job, agent, await ending(() => run(configOf(job))));
    if (way !== "resume" || faults.length > 0) return faults;
  }
  return judge(scene, job, agent, await ending(() => agent.runOn!(configOf(job))), true);
}

async function lastOf(agent: Agent, job: Job, config: object): Promise<unknown> {
  const states = await readAll(agent.stream(agent.input(job), { ...config, streamMode: "values" }));
  return states.at(-1);
}

/** Whether a run goes on later: only then is it kept. */
export const goesOn = ({ combination: { way, exit } }: Scene): boolean =>
  way === "resume" || way === "abort" || exit === "ask";

const configOf = ({ number }: Job) => ({
  configurable: { thread_id: `${number}` },
  recursionLimit: 200,
});

/** What is not as the exit promises: the first time, or when a run goes on. */
async function judge(
  scene: Scene,
  job: Job,
  agent: Agent,
  { result, error, stop }: Ended,
  isAgain = false,
): Promise<readonly string[]> {
  const { exit, trip } = scene.combination;
  if (exit === "throw") {
    return stop?.reason === trip ? [] : [`throw: ended with ${endOf(result, error)}`];
  }
  if (error !== undefined) return [`${exit}: ended with ${endOf(result, error)}`];
  switch (exit) {
    case "finish":
      return isGuards(result) ? [] : [`finish: ended with ${endOf(result)}`];
    case "wind-down": {
      const isLastWord = lastIn(result)?.text === lastWord && job.models.granted === 1;
      // The last word is said once: who asks again may hear guard.
      return isLastWord || (isAgain && isGuards(result))
        ? []
        : [`wind-down: ended with ${endOf(result)}, ${job.models.granted} granted`];
    }
    case "route":
      return agent.routed!(result, trip) ? [] : [`route: ended with ${endOf(result)}`];
    case "ask":
      return judgeAsked(scene, job, agent, result);
  }
}

/** How often what retries makes one call, in every framework. */
export const mostAttempts = 3;

const said = { by: "ana", why: "to see what comes" };

/** A human is asked. The first run is told to stop, the others are granted a round more. */
async function judgeAsked(
  { combination: { way, trip } }: Scene,
  job: Job,
  agent: Agent,
  result: unknown,
): Promise<readonly string[]> {
  const question = questionIn(result);
  if (question?.trip?.reason !== trip) return [`ask: ended with ${endOf(result)}`];
  if (job.number === 1) {
    const stopped = await ending(() => agent.decide!("stop", configOf(job)));
    return isGuards(stopped.result)
      ? []
      : [`ask: after "stop" ended with ${endOf(stopped.result, stopped.error)}`];
  }
  const kind = trip === "delegation" ? "delegation" : "tool";
  // A granted call that fails is still that call where the framework tries it again.
  const attempts = way === "retry" && trip === "failure" ? mostAttempts : 1;
  job.grant({ models: 2, tools: attempts });
  const decision = [
    { grant: "model", times: 2, ...said },
    { grant: kind, times: 1, ...said },
  ];
  const { result: next, error } = await ending(() => agent.decide!(decision, configOf(job)));
  if (questionIn(next) === undefined) return [`ask: granted, ended with ${endOf(next, error)}`];
  return job.models.granted > 0 ? [] : ["ask: granted, and no model was asked"];
}

interface Question {
  readonly guard: "trip";
  readonly trip: TripReport | undefined;
}

function questionIn(state: unknown): Question | undefined {
  const { __interrupt__: asked } = (state ?? {}) as { __interrupt__?: { value: unknown }[] };
  const question = asked?.[0]?.value as Question | undefined;
  return question?.guard === "trip" ? question : undefined;
}

function isGuards(state: unknown): boolean {
  return lastIn(state)?.text.startsWith("This task was stopped") === true;
}

/** What an agent ended with: an error, or what its last message says. */
function endOf(result: unknown, error?: unknown): string {
  return error === undefined ? told(lastIn(result)?.text ?? result) : told(error);
}
