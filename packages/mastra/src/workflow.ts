import { OptionsError } from "@guard/core";
import { hasMethods, read, runsOf, type BreakerSource, type Runs } from "@guard/core/adapter";
import { checkGuardable } from "./check-guardable.ts";
import { Guarded } from "./guarded.ts";
import { isInside, rootOf, type Part } from "./part.ts";
import { replace } from "./replace.ts";
import { installStep, type GuardableStep } from "./step.ts";

/** What `guardWorkflow` needs of a workflow. Every workflow of `createWorkflow` has it. */
export interface GuardableWorkflow {
  readonly id: string;
  readonly steps: Readonly<Record<string, object>>;
  readonly createRun: (...args: never) => Promise<object>;
}

/** The methods of a workflow's run that all its public methods call. */
const starts = ["_start", "_resume", "_restart", "_timeTravel"];

const guarded = new Guarded();
const guardedRuns = new Guarded();

/**
 * Guards a committed workflow in place, with all its steps.
 *
 * Each run of the workflow is one run with one budget. Guarded agents in its steps belong to that run: guard them with the
 * same source. Each step counts as a call of a tool with the step's id, so a `dountil` that gets nowhere is a loop. If a step
 * repeats on purpose, declare it: `createRegistry({ tools: { "step-id": "exempt" } })`.
 *
 * A stopped run has the status `"failed"`, and its `error` is the trip. With `onTrip: "route"`, `"finish"` or `"wind-down"` the
 * status is `"tripwire"`. With `"ask"` the run is suspended; `resumeData: { approved: true }` lets it go on.
 *
 * @param workflow a workflow of `createWorkflow`, after `commit()`
 * @param source a registry: each run gets its own breaker. Or a breaker that all runs share, or a function that returns one
 * @returns the same workflow, with the same type
 * @throws {OptionsError} if `workflow` is no committed workflow, if `source` is no source, or if another source guards the
 * workflow already
 *
 * @example
 * const workflow = guardWorkflow(createWorkflow({ … }).then(research).then(write).commit(), registry);
 * const result = throwIfTripped(await (await workflow.createRun()).start({ inputData }));
 */
export function guardWorkflow<W extends GuardableWorkflow>(workflow: W, source: BreakerSource): W;
export function guardWorkflow(
  workflow: GuardableWorkflow,
  source: BreakerSource,
  options?: unknown,
) {
  const parameter = {
    path: "workflow",
    expected: "a workflow of @mastra/core 1.33 or later",
    fits: isWorkflow,
  };
  checkGuardable(workflow, parameter, "guardWorkflow(workflow, registry)", options);
  if (read(workflow, "committed") === false) throw new OptionsError([uncommitted]);
  installWorkflow(workflow, runsOf(source, { exits: ["finish", "wind-down", "route", "ask"] }));
  return workflow;
}

const uncommitted =
  "workflow: expected a committed workflow, received one without commit(). " +
  "Write guardWorkflow(createWorkflow({ … }).then(step).commit(), registry).";

function isWorkflow(value: unknown): value is GuardableWorkflow {
  return hasMethods(value, "createRun") && read(value, "steps") !== undefined;
}

/** Guards a workflow inside guarded runs. With `runs`, also outside of them. */
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
  // The stopped step has told the caller.
  if (result.status !== "success") run.latch.answered = true;
  const swallowed = await end(result);
  if (swallowed !== undefined) throw swallowed;
  return result;
}
