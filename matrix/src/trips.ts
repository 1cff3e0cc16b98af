import type { GuardOptions } from "@guard/core";
import type { Job } from "./job.ts";
import type { Trip } from "./combination.ts";

/** A call that a model asks for. */
export interface Request {
  readonly name: string;
  readonly args: { readonly q: string };
}

/** What gets a run stopped. */
export interface TripScript {
  readonly options: GuardOptions;
  /** What the model asks for in its answer of this number: for ever. */
  readonly ask: (turn: number, job: Job) => Request;
  /** Whether the tool throws. */
  readonly fails?: true;
}

export const toolName = "use";
/** The tool behind which another agent works. Named as hand-offs are. */
export const handoffName = "transfer_to_helper";

export const tripScripts: Readonly<Record<Trip, TripScript>> = {
  loop: { options: {}, ask: (_, job) => use("the same", job) },
  budget: { options: { budget: { modelCalls: 4 } }, ask: (turn, job) => use(`${turn}`, job) },
  delegation: {
    options: {},
    ask: (_, job) => ({ name: handoffName, args: { q: `Find it, for #${job.number}.` } }),
  },
  failure: { options: {}, ask: (turn, job) => use(`${turn}`, job), fails: true },
};

function use(what: string, job: Job): Request {
  return { name: toolName, args: { q: `${what} #${job.number}` } };
}
