import { read, type GuardRecord, type GuardedRun } from "@guard/core/adapter";

/** What a run that has not come to its end leaves to the run that goes on from its state. */
interface Kept {
  /** The run that has begun it all: what its branches spend adds up. */
  readonly run: string;
  readonly record: GuardRecord;
}

/** By states: one that has no answer of a model yet has no other place for it. */
const live = new WeakMap<object, Kept>();

/** Keeps what a run has come to with its state. It is serialised with the state, in what the last answer brought. */
export function keepIn(state: unknown, run: GuardedRun, first: string): void {
  const isOver = read(state, "_currentStep", "type") === "next_step_final_output";
  if (typeof state !== "object" || state === null || isOver) return;
  const kept: Kept = { run: first, record: run.record() };
  live.set(state, kept);
  const answer = read(state, "_lastTurnResponse") as { providerData?: object } | undefined;
  if (answer !== undefined) answer.providerData = { ...answer.providerData, guard: kept };
}

/** What was kept in a state, whatever that is: it is read when a run goes on from it. */
export function keptIn(state: unknown): Partial<Kept> | undefined {
  if (typeof state !== "object" || state === null) return undefined;
  return live.get(state) ?? (read(state, "_lastTurnResponse", "providerData", "guard") as Kept);
}
