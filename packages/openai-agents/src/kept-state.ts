import { read, type GuardRecord, type GuardedRun } from "@guard/core/adapter";

/** What an unfinished run leaves to the run that goes on from its state. */
interface Kept {
  /** The first run. What all its branches spend adds up. */
  readonly run: string;
  readonly record: GuardRecord;
}

/** By state: a state without an answer of a model has no other place for it. */
const live = new WeakMap<object, Kept>();

/** Keeps the record of a run with its state. The SDK serialises both, because guard puts the record into the last answer. */
export function keepIn(state: unknown, run: GuardedRun, first: string): void {
  const isOver = read(state, "_currentStep", "type") === "next_step_final_output";
  if (typeof state !== "object" || state === null || isOver) return;
  const kept: Kept = { run: first, record: run.record() };
  live.set(state, kept);
  const answer = read(state, "_lastTurnResponse") as { providerData?: object } | undefined;
  if (answer !== undefined) answer.providerData = { ...answer.providerData, guard: kept };
}

/** What guard has kept in a state. Any input of a run may be given. */
export function keptIn(state: unknown): Partial<Kept> | undefined {
  if (typeof state !== "object" || state === null) return undefined;
  return live.get(state) ?? (read(state, "_lastTurnResponse", "providerData", "guard") as Kept);
}
