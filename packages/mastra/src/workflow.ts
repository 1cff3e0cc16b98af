import { OptionsError } from "@guard/core";
import { read, runsOf, type BreakerSource, type Runs } from "@guard/core/adapter";
import { cannotGuard } from "./check.ts";
import { Guarded } from "./guarded.ts";
import { isInside, rootOf, type Part } from "./part.ts";
import { replace } from "./replace.ts";
import { installStep, type GuardableStep } from "./step.ts";

/** A workflow of Mastra, committed. */
export interface GuardableWorkflow {
  readonly id: string;
  readonly steps: Readonly<Record<string, object>>;
  readonly createRun: (...args: never) => Promise<object>;
}

/** What makes a run of a workflow go, however it is called. */
const starts = ["_start", "_resume", "_restart", "_timeTravel"];

const guarded = new Guarded();
const guardedRuns = new Guarded();

/**
 * Guards a committed workflow in place, with all its steps, and the guarded agents in them: each run of the workflow is a
 * run of guard's, with one budget. Each step that runs counts as a call of a tool with its id: a `dountil` that gets
 * nowhere is a loop.
 *
 * A stopped run ends with the status `"failed"` and the trip as its error. With `onTrip: "route"`, `"finish"` or
 * `"wind-down"` its status is `"tripwire"`. With `"ask"` it is suspended: `{ approved: true }` resumes it.
 *
 * @throws {OptionsError} for what is no source of breakers, and for what is no workflow
 *
 * @example
 * const workflow = guardWorkflow(createWorkflow({ … }).then(research).then(write).commit(), registry);
 * const result = throwIfTripped(await (await workflow.createRun()).start({ inputData }));
 */
export function guardWorkflow<W extends GuardableWorkflow>(workflow: W, source: BreakerSource): W {
  if (!isWorkflow(workflow)) {
    const expected = "workflow: expected a workflow of @mastra/core 1.33 or later";
    throw cannotGuard(expected, workflow, "guardWorkflow(workflow, registry)");
  }
  if (read(workflow, "committed") === false) throw new OptionsError([uncommitted]);
  installWorkflow(workflow, runsOf(source, { exits: ["finish", "wind-down", "route", "ask"] }));
  return workflow;
}

const uncommitted =
  "workflow: expected a committed workflow, received one without commit(). " +
  "Write guardWorkflow(createWorkflow({ … }).then(step).commit(), registry)";

function isWorkflow(value: unknown): value is GuardableWorkflow {
  return typeof read(value, "createRun") === "function" && read(value, "steps") !== undefined;
}

/** Guards a workflow where it runs inside a guarded run and, given runs, everywhere. */
export function installWorkflow(workflow: GuardableWorkflow, runs?: Runs): void {
  for (const step of Object.values(workflow.steps)) {
    if (isWorkflow(step)) installWorkflow(step);
    else installStep(step as GuardableStep);
  }
  const own = guarded.add(workflow, runs);
  if (own === undefined) return;
  replace(workflow, "createRun", (create) => async (...args) => {
    const run = (await create(...args)) as { readonly runId: string };
    if (guardedRuns.add(run, undefined) === undefined) return run;
    for (const name of starts) {
      replace(run, name, (start) => async (options) => {
        if (own.runs === undefined || isInside(own.runs)) return start(options);
        const { resumeData } = (options ?? {}) as { readonly resumeData?: unknown };
        return played(rootOf(own.runs, run.runId, resumeData), async () => start(options));
      });
    }
    return run;
  });
}

async function played({ run, within, end, fail }: Part, start: () => Promise<unknown>) {
  const result = (await within(start).catch(fail)) as { readonly status?: string };
  // A step has said so.
  if (result.status !== "success") run.latch.answered = true;
  const swallowed = await end(result);
  if (swallowed !== undefined) throw swallowed;
  return result;
}
