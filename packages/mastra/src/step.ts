import type { CircuitOpenError, Outcome } from "@guard/core";
import { currentScope, hasMethods, read, runsOf, runTool } from "@guard/core/adapter";
import type { BreakerSource, GuardedRun, Runs } from "@guard/core/adapter";
import { checkGuardable } from "./check-guardable.ts";
import { Guarded } from "./guarded.ts";
import { replace } from "./replace.ts";
import { obey } from "./suspended.ts";
import { toMetadata } from "./tripwire.ts";

/** What `guardStep` needs of a step. Every step of `createStep` has it. */
export interface GuardableStep {
  readonly id: string;
  readonly execute: (params: never) => Promise<unknown>;
  /** Only workflows have it: guard those with `guardWorkflow`. */
  readonly createRun?: never;
}

/** What Mastra gives a step when it runs. */
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
 * Guards one step of a workflow in place. Use it where `guardWorkflow` can't be used: on another workflow engine, or to
 * leave other steps alone.
 *
 * Each run of the step counts as a call of a tool with the step's id. Guarded agents in the step belong to the same run, and so
 * do all guarded steps of the workflow. guard does not see when the workflow ends: it ends the run after `idleRunMs` of
 * silence (default: one hour).
 *
 * A stopped step fails with the `CircuitOpenError`. With `onTrip: "route"`, `"finish"` or `"wind-down"` it trips Mastra's
 * wire. With `"ask"` it suspends; `resumeData: { approved: true }` lets it go on, any other answer stops the run.
 *
 * @param step a step of `createStep`
 * @param source a registry, a breaker, or a function that returns a breaker
 * @returns the same step, with the same type
 * @throws {OptionsError} if `step` is no step, if `source` is no source, or if another source guards the step already
 *
 * @example
 * createWorkflow({ … }).then(guardStep(research, registry)).then(guardStep(write, registry)).commit();
 */
export function guardStep<S extends GuardableStep>(step: S, source: BreakerSource): S;
export function guardStep(step: GuardableStep, source: BreakerSource, options?: unknown) {
  const parameter = { path: "step", expected: "a step of a workflow", fits: isStep };
  checkGuardable(step, parameter, "guardStep(step, registry)", options);
  installStep(step, runsOf(source, { exits: ["finish", "wind-down", "route", "ask"] }));
  return step;
}

function isStep(value: unknown): boolean {
  return hasMethods(value, "execute") && !hasMethods(value, "createRun");
}

/** Guards a step inside guarded runs. With `runs`, also outside of them. */
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
  // The human has answered guard, not the step.
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
    // A step that its user resumes was counted when it began.
    const goesOn = read(own, "resumeData") !== undefined && !run.latch.isStopped;
    const result = await (goesOn ? body() : runTool(agent, call, body, options));
    // If the run was stopped inside the step, the step has swallowed the error.
    if (run.stop === undefined) return result;
  } catch (error) {
    if (run.stop === undefined) throw error;
  }
  return exit(run, run.stop, given, mayAsk);
}

/** Ends a stopped step, as `onTrip` says. */
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
  // Mastra has loaded this module already: it runs the step.
  const { TripWire } = await import("@mastra/core/agent");
  const wire = new TripWire(stop.text, { metadata: toMetadata(stop) }, "guard");
  wire.stack = stop.message; // Mastra prints the stack of a step that throws: it shows no fault of the step
  throw wire;
}
