import type { Call, Outcome, Token, Usage } from "../vocabulary/call.ts";
import type { Clock } from "../ports/clock.ts";
import type { Recorder } from "../ports/recorder.ts";
import type { RecordedEvent } from "../vocabulary/recorded-event.ts";
import { setBounded } from "../collections/bounded-map.ts";

const maxOpen = 1_000;

interface Started {
  readonly agent: string;
  readonly call: Call;
  readonly round: number;
}

/**
 * Tells a recorder what a run does, in the words of `replay`. Calls are told when their result is
 * there; calls that were refused did not run and are not told. What the recorder throws is reported.
 */
export class Recording {
  readonly #run: string;
  readonly #record: Recorder;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  readonly #open = new Map<string, Started>();
  readonly #startedAt: number;
  #rounds = 0;

  constructor(run: string, record: Recorder, clock: Clock, failed: (error: unknown) => void) {
    this.#run = run;
    this.#record = record;
    this.#clock = clock;
    this.#failed = failed;
    this.#startedAt = clock();
  }

  userMessage(agent: string, text: string): void {
    this.#tell({ type: "user", agent, text });
  }

  /** Calls of one answer, with their tokens. What was refused does not start. */
  started(agent: string, calls: readonly Call[], tokens: readonly Token[]): void {
    this.#rounds += 1;
    for (const [index, { id, refused }] of tokens.entries()) {
      const started = { agent, call: kept(calls[index]!), round: this.#rounds };
      if (refused !== true) setBounded(this.#open, id, started, maxOpen);
    }
  }

  settled(token: string, outcome: Outcome, usage: Usage | undefined): void {
    const started = this.#open.get(token);
    if (started === undefined || !this.#open.delete(token)) return;
    if (outcome.status !== "ignored") this.#tell(eventOf(started, outcome, usage));
  }

  #tell(event: RecordedEvent): void {
    try {
      const told: unknown = this.#record(this.#run, {
        ...event,
        t: this.#clock() - this.#startedAt,
      });
      if (told instanceof Promise) told.catch(this.#failed);
    } catch (error) {
      this.#failed(error);
    }
  }
}

/** A call without what is sent to a model: it may be long, and is no part of a recording. */
function kept(call: Call): Call {
  return call.kind === "model" ? { ...call, prompt: undefined } : call;
}

function eventOf(
  { agent, call, round }: Started,
  outcome: Outcome,
  usage: Usage = {},
): RecordedEvent {
  switch (call.kind) {
    case "model":
      return {
        type: "model",
        agent,
        ...(call.model === undefined ? {} : { model: call.model }),
        ...usage,
      };
    case "delegation":
      return { type: "handoff", from: agent, to: call.to, task: call.task, round };
    case "tool":
      return {
        type: "tool",
        agent,
        round,
        tool: call.tool,
        args: call.args,
        ...(call.policy === undefined ? {} : { policy: call.policy }),
        ...(outcome.status === "success" ? { result: outcome.result } : {}),
        ...(outcome.status === "failure" ? { result: errorText(outcome.error), error: true } : {}),
        ...(usage.usd === undefined ? {} : { usd: usage.usd }),
      };
  }
}

function errorText(error: unknown): unknown {
  return error instanceof Error ? `${error.name}: ${error.message}` : error;
}
