import {
  createBreaker,
  createRegistry,
  type Breaker,
  type GuardOptions,
  type Registry,
} from "@guard/core";
import { manualClock } from "@guard/testing";
import type { Combination } from "./combination.ts";
import { Job } from "./job.ts";
import { tripScripts, type Request, type TripScript } from "./trips.ts";

/** What the model of a run that is wound down says with the one call that it is granted. */
export const lastWord = "Perhaps it is 8080.";

/** Whether a request asks for that: guard's wish stands in it. */
export const asksForLastWord = (request: string): boolean =>
  request.includes("You can't call tools any more");

/** One combination, set up to be played: what is asked for, and who counts. */
export class Scene {
  readonly combination: Combination;
  readonly jobs: readonly Job[];
  readonly trip: TripScript;
  /** The reasons of the trips that breakers have told. */
  readonly reasons: string[] = [];

  constructor(combination: Combination) {
    const { way, trip, exit } = combination;
    this.combination = combination;
    // two inputs to a batch; two runs for a human who says stop once, and grants something once
    const count = way === "batch" || exit === "ask" ? 2 : 1;
    this.jobs = Array.from({ length: count }, (_, index) => new Job(index + 1));
    this.trip = tripScripts[trip];
  }

  /** A registry for the runs of one job, or for those of all: then their user messages tell which is whose. */
  registry(job?: Job): Registry {
    const jobOf = new Map<string, Job>();
    const registry = createRegistry({
      ...this.#options,
      record: (run, event) => {
        if (event.type === "user" && !jobOf.has(run)) jobOf.set(run, this.jobIn(event.text ?? ""));
      },
    });
    this.#hear(registry, (run) => job ?? jobOf.get(run));
    return registry;
  }

  /** One breaker, for frameworks in which nothing else holds together what belongs to a run. */
  breaker(job: Job): Breaker {
    const breaker = createBreaker(this.#options);
    this.#hear(breaker, () => job);
    return breaker;
  }

  get #options(): GuardOptions {
    const { preset, exit } = this.combination;
    const ports = { clock: manualClock() };
    return { ...this.trip.options, preset, onTrip: exit, ports, warnings: false };
  }

  #hear(source: Pick<Registry, "on">, jobOf: (run: string) => Job | undefined): void {
    source.on("trip", ({ run, report }) => {
      this.reasons.push(report.reason);
      jobOf(run)?.trip();
    });
  }

  /** The job to which a text belongs: the latest number in it says so. */
  jobIn(text: string): Job {
    const number = Number(/#(\d+)(?!.*#\d)/s.exec(text)?.[1]);
    const job = this.jobs[number - 1];
    if (job === undefined) throw new Error("a text that belongs to no job");
    return job;
  }

  /** The calls of one answer. */
  ask(turn: number, job: Job): readonly Request[] {
    const width = this.combination.way === "parallel calls" ? 3 : 1;
    return Array.from({ length: width }, (_, index) => {
      const asked = this.trip.ask(turn, job);
      return index === 0 ? asked : { ...asked, args: { q: `${index}: ${asked.args.q}` } };
    });
  }
}
