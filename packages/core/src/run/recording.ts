import type { Call, Outcome, Token, Usage } from "../vocabulary/call.ts";
import type { Clock } from "../ports/clock.ts";
import type { Recorder } from "../ports/recorder.ts";
import type { RecordedEvent } from "../vocabulary/recorded-event.ts";
import { dropEnded } from "../collections/bounded-map.ts";

/** Calls that were never made, or that came back after the end of their run. */
const maxEnded = 1_000;

interface Started {
  readonly agent: string;
  readonly lane: string;
  readonly call: Call;
  readonly round: number;
  readonly at: number;
}

interface RecordingPorts {
  readonly clock: Clock;
  /** Whether the call of a token may still come back. */
  readonly isPending: (token: string) => boolean;
  readonly failed: (error: unknown) => void;
}

/**
 * Tells a recorder what a run does, in the events of `replay`. It tells a call when its result comes, and no refused
 * call. If the recorder throws, guard emits an event.
 */
export class Recording {
  readonly #run: string;
  readonly #record: Recorder;
  readonly #ports: RecordingPorts;
  readonly #open = new Map<string, Started>();
  readonly #startedAt: number;
  #rounds = 0;

  constructor(run: string, record: Recorder, ports: RecordingPorts) {
    this.#run = run;
    this.#record = record;
    this.#ports = ports;
    this.#startedAt = ports.clock();
  }

  userMessage(agent: string, text: string): void {
    this.#tell({ type: "user", agent, text });
  }

  /** Calls of one answer, with their tokens. Refused calls don't start. `lane`: the id of the agent's lane. */
  started(agent: string, lane: string, calls: readonly Call[], tokens: readonly Token[]): void {
    this.#rounds += 1;
    for (const [index, { id, refused }] of tokens.entries()) {
      if (refused === true) continue;
      this.#open.set(id, {
        agent,
        lane,
        call: kept(calls[index]!),
        round: this.#rounds,
        at: this.#ports.clock(),
      });
      dropEnded(this.#open, maxEnded, (_, token) => !this.#ports.isPending(token));
    }
  }

  settled(token: string, outcome: Outcome, usage: Usage | undefined): void {
    const started = this.#open.get(token);
    if (started === undefined || !this.#open.delete(token)) return;
    if (outcome.status === "ignored") return;
    const ms = Math.max(0, this.#ports.clock() - started.at);
    const { lane } = started;
    const more = { ...(lane === "" ? {} : { lane }), ...(ms === 0 ? {} : { ms }) };
    this.#tell({ ...eventOf(started, outcome, usage), ...more });
  }

  ended(): void {
    this.#safely(() => this.#record.ended?.(this.#run));
  }

  #tell(event: RecordedEvent): void {
    const t = this.#ports.clock() - this.#startedAt;
    this.#safely(() => this.#record(this.#run, { ...event, t }));
  }

  #safely(tell: () => unknown): void {
    try {
      const told = tell();
      if (told instanceof Promise) told.catch(this.#ports.failed);
    } catch (error) {
      this.#ports.failed(error);
    }
  }
}

/** The recording of a run, if there is a recorder. */
export function recordingOf(
  run: string,
  record: Recorder | undefined,
  ports: RecordingPorts,
): Recording | undefined {
  return record && new Recording(run, record, ports);
}

/** A call without its prompt, which may be long and is no part of a recording. */
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
        ...(textOf(outcome) === undefined ? {} : { text: textOf(outcome) }),
        ...(outcome.status === "failure" ? { error: true } : {}),
        ...usage,
      };
    case "delegation":
      return {
        type: "handoff",
        from: agent,
        to: call.to,
        task: call.task,
        ...(call.taskId === undefined ? {} : { taskId: call.taskId }),
        round,
        ...cameBack(outcome),
      };
    case "tool":
      return {
        type: "tool",
        agent,
        round,
        tool: call.tool,
        args: call.args,
        ...(call.policy === undefined ? {} : { policy: call.policy }),
        ...cameBack(outcome),
        ...(usage.usd === undefined ? {} : { usd: usage.usd }),
      };
  }
}

/** What came back, if guard knows it. */
function cameBack(outcome: Outcome): { readonly result?: unknown; readonly error?: true } {
  if (outcome.status === "failure") return { result: errorText(outcome.error), error: true };
  return outcome.status === "success" && "result" in outcome ? { result: outcome.result } : {};
}

/** The text of a model's answer. `undefined` for an answer that asks for calls. */
function textOf(outcome: Outcome): string | undefined {
  if (outcome.status !== "success" || !("result" in outcome)) return undefined;
  const { result = "" } = outcome;
  return typeof result === "string" ? result : undefined;
}

function errorText(error: unknown): unknown {
  return error instanceof Error ? `${error.name}: ${error.message}` : error;
}
