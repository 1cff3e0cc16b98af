import { LiveMap, read, type GuardedRun, type GuardRecord } from "@guard/core/adapter";

/** How many suspended runs this process remembers. */
const keptRuns = 1_000;

/** The records of suspended runs, by Mastra's run ids. A run that resumes one goes on from its record. */
export class Suspended {
  readonly #records = new LiveMap<GuardRecord>(keptRuns);

  /** Keeps the record of a run that has ended, if it waits for a human. */
  note(run: GuardedRun, result: object, ownId: unknown): void {
    const isWaiting = [read(result, "finishReason"), read(result, "status")].includes("suspended");
    const id = read(result, "runId") ?? ownId;
    if (!isWaiting || typeof id !== "string") return;
    if (run.breaker.onTrip === "ask") run.latch.answered = true;
    this.#records.begin(id, run.record());
    this.#records.end(id);
  }

  /** Lets a new run go on from the record of the run that it resumes, as the human has answered. */
  resume(run: GuardedRun, id: unknown, answer: unknown): void {
    const record = typeof id === "string" ? this.#records.get(id) : undefined;
    if (record === undefined) return;
    run.thread.restore(record);
    run.isResumed = true;
    obey(run, answer);
  }
}

/** Closes the circuit of a stopped run if the human has approved. A stop by an operator stays. */
export function obey(run: GuardedRun, answer: unknown): void {
  const isAsked = run.breaker.onTrip === "ask" && run.breaker.state === "open";
  if (!isAsked || read(answer, "approved") !== true) return;
  run.breaker.reset();
  run.latch.approve();
}
