import { LiveMap, read, type GuardedRun, type GuardRecord } from "@guard/core/adapter";

/** Suspended runs whose resumption may still come, in this process. */
const keptRuns = 1_000;

/** What suspended runs had come to, by Mastra's ids of them: the runs that resume them go on from there. */
export class Suspended {
  readonly #records = new LiveMap<GuardRecord>(keptRuns);

  /** A run has ended. If it waits for a human, who reads so, it is kept. */
  note(run: GuardedRun, result: object, ownId: unknown): void {
    const isWaiting = [read(result, "finishReason"), read(result, "status")].includes("suspended");
    const id = read(result, "runId") ?? ownId;
    if (!isWaiting || typeof id !== "string") return;
    if (run.breaker.onTrip === "ask") run.latch.answered = true;
    this.#records.begin(id, run.record());
    this.#records.end(id);
  }

  /** A run begins; where it resumes another it goes on from that, as a human has answered. */
  resume(run: GuardedRun, id: unknown, answer: unknown): void {
    const record = typeof id === "string" ? this.#records.get(id) : undefined;
    if (record === undefined) return;
    run.thread.restore(record);
    run.isResumed = true;
    obey(run, answer);
  }
}

/** An approval closes the circuit of a run that was stopped; an operator's stop stays. */
export function obey(run: GuardedRun, answer: unknown): void {
  const isAsked = run.breaker.onTrip === "ask" && run.breaker.state === "open";
  if (!isAsked || read(answer, "approved") !== true) return;
  run.breaker.reset();
  run.latch.approve();
}
