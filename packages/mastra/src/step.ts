import type { CircuitOpenError, Outcome } from "@guard/core";
import { currentScope, read, runsOf, runTool } from "@guard/core/adapter";
import type { BreakerSource, GuardedRun, Runs } from "@guard/core/adapter";
import { Guarded } from "./guarded.ts";
import { replace } from "./replace.ts";
import { obey } from "./suspended.ts";
import { toMetadata } from "./tripwire.ts";

/** A step of a workflow. */
export interface GuardableStep {
  readonly id: string;
  readonly execute: (params: never) => Promise<unknown>;
}

/** What a step is told when it runs. */
interface StepParams {
  readonly runId: string;
  readonly workflowId: string;
  readonly inputData?: unknown;
  readonly resumeData?: unknown;
  readonly suspendData?: unknown;
  readonly abortSignal?: AbortSignal | undefined;
  readonly suspend: (...args: readonly unknown[]) => Promise<unknown>;
}

const guarded = new Guarded();

/**
 * Guards one step of a workflow in place. Each time that it runs counts as a call of a tool with its id; agents in it
 * belong to the run. All steps over one source share the run of their workflow. `guardWorkflow` guards all steps of a
 * workflow, and also tells when its run ends; without it a run ends once it has been silent for `idleRunMs`.
 *
 * A stopped step fails with the trip. With `onTrip: "route"`, `"finish"` or `"wind-down"` it trips Mastra's wire. With
 * `"ask"` it suspends: `{ approved: true }` resumes it, and anything else stops the run.
 *
 * @throws {OptionsError} for what is no source of breakers
 *
 * @example
 * createWorkflow({ … }).then(guardStep(research, registry)).then(guardStep(write, registry)).commit();
 */
export function guardStep<S extends GuardableStep>(step: S, source: BreakerSource): S {
  installStep(step, runsOf(source, { exits: ["finish", "wind-down", "route", "ask"] }));
  return step;
}

/** Guards a step where it runs inside a guarded run and, given runs, everywhere. */
export function installStep(step: GuardableStep, runs?: Runs): void {
  const own = guarded.add(step, runs);
  if (own === undefined) return;
  replace(step, "execute", (execute) => async (given) => {
    const params = given as StepParams;
    const scope = currentScope();
    if (scope !== undefined) return guardedStep(scope.run, step.id, params, execute);
    if (own.runs === undefined) return execute(params);
    const run = own.runs.run(params.runId);
    return run.within(async () => guardedStep(run, step.id, params, execute));
  });
}

async function guardedStep(
  run: GuardedRun,
  tool: string,
  given: StepParams,
  execute: (params: StepParams) => unknown,
): Promise<unknown> {
  const { resumeData, ...first } = given;
  const isAnswer = read(given.suspendData, "guard") === "trip";
  // The human has answered guard, and not the step.
  const own = isAnswer ? first : given;
  let isSuspended = false;
  const suspend: StepParams["suspend"] = async (...args) => {
    isSuspended = true;
    return given.suspend(...args);
  };
  if (isAnswer) obey(run, resumeData);
  const mayAsk = !isAnswer || read(resumeData, "approved") === true;
  const agent = run.agent(given.workflowId);
  const toOutcome = (result: unknown): Outcome =>
    isSuspended ? { status: "ignored" } : { status: "success", result };
  try {
    const body = async () => execute({ ...own, suspend });
    const call = { kind: "tool", tool, args: given.inputData } as const;
    const options = { signal: given.abortSignal, canRefuse: false, toOutcome };
    // A step that its user resumes goes on, and was counted when it began.
    const goesOn = read(own, "resumeData") !== undefined && !run.latch.isStopped;
    const result = await (goesOn ? body() : runTool(agent, call, body, options));
    // What runs inside has been stopped, and the step has made a result of it.
    if (run.stop === undefined) return result;
  } catch (error) {
    if (run.stop === undefined) throw error;
  }
  return exit(run, run.stop, given, mayAsk);
}

/** How a step says that its run was stopped. */
async function exit(
  run: GuardedRun,
  stop: CircuitOpenError,
  { suspend }: StepParams,
  mayAsk: boolean,
) {
  const { onTrip } = run.breaker;
  if (onTrip === "throw") throw stop;
  if (onTrip === "ask" && mayAsk) {
    return suspend({ guard: "trip", text: stop.text, trip: stop.report });
  }
  // Mastra has loaded it: it is running the step.
  const { TripWire } = await import("@mastra/core/agent");
  throw new TripWire(stop.text, { metadata: toMetadata(stop) }, "guard");
}
