import {
  signature,
  type Call,
  type Decision,
  type Lane,
  type Outcome,
  type ToolCall,
} from "@guard/core";
import { setBounded } from "@guard/core/adapter";
import { callKey } from "./record.ts";

/** A call that was asked for and decided about, until its result is known. */
export interface Request {
  readonly call: Call;
  /** The same as the breaker was asked for it: a tool may hand work to an agent. */
  readonly meant: Call;
  /** The model's answer that asked for it. */
  readonly answer: string;
  readonly decision: Decision;
  readonly lane: Lane;
  /**
   * How far it is: asked for by an answer, announced by a classic executor, started by LangChain, ended
   * with a result that only the next request shows.
   */
  readonly stage: "asked" | "announced" | "started" | "ended";
  /** How it failed, as long as somebody may try it again. */
  readonly failure?: Outcome;
}

/** What is known about a call whose request is looked for. */
interface Sought {
  readonly id?: string | undefined;
  readonly tool?: string | undefined;
  readonly args?: unknown;
}

const maxRequests = 1_000;

/** The key of a call of an answer. Ids that models give are no keys: some give the same one again. */
export function requestKey(answer: string, index: number): string {
  return `${answer}:${index}`;
}

/**
 * The calls of one root run that wait for their result: by their answer until they start, then by the
 * run that LangChain starts for them.
 *
 * Where several could be meant it is the latest, and one of the own lane before any other: agents that
 * work in parallel may ask for the same, and their models may give the same ids.
 */
export class Requests {
  readonly #waiting = new Map<string, Request>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  set(key: string, request: Request): void {
    setBounded(this.#waiting, key, request, maxRequests);
  }

  /** Takes a request out: its result is there. */
  take(key: string): Request | undefined {
    const request = this.#waiting.get(key);
    this.#waiting.delete(key);
    return request;
  }

  /** Moves a request on to another stage. */
  move(key: string, stage: Request["stage"], failure?: Outcome): Request | undefined {
    const request = this.take(key);
    if (request === undefined) return undefined;
    this.set(key, { ...request, stage, ...(failure === undefined ? {} : { failure }) });
    return request;
  }

  /** The request that a classic executor announces as an action: none that it announced before. */
  keyOfAction(lane: Lane, call: ToolCall): string | undefined {
    return this.#find(lane, (request) => request.stage === "asked" && isFor(request, call));
  }

  /** Takes out what has failed and was not tried again, in one lane or in all. */
  takeFailed(lane?: Lane): readonly Request[] {
    const failed = [...this.#waiting].filter(
      ([, request]) => request.failure !== undefined && (lane ?? request.lane) === request.lane,
    );
    for (const [key] of failed) this.#waiting.delete(key);
    return failed.map(([, request]) => request);
  }

  /** The calls that were asked for and have not started: their answers by what they are known by. */
  open(): Readonly<Record<string, string>> {
    const open = [...this.#waiting.values()].flatMap((request) => {
      const { call, answer } = request;
      if (!waits(request) || call.kind !== "tool" || call.id === undefined) return [];
      return [[callKey(call.id, call.tool, call.args), answer] as const];
    });
    return Object.fromEntries(open);
  }

  /** Takes out the calls that were asked for and have never started. */
  takeUnmade(): readonly Request[] {
    const unmade = [...this.#waiting].filter(
      ([, request]) => waits(request) && request.call.kind !== "model",
    );
    for (const [key] of unmade) this.#waiting.delete(key);
    return unmade.map(([, request]) => request);
  }

  /**
   * The request that a tool starts for: by its id, else by tool and arguments. Classic executors drop
   * the id and some models give none. Tools that are classes start without their name. One with that
   * id that has started before is tried again. Another tool with that id is another call: LangChain gives
   * a tool's id to whatever it calls with its own config.
   */
  keyOfStart(lane: Lane, { id, tool, args }: Sought): string | undefined {
    const isIts = (request: Request) => hasId(request, id) && isNamed(request, tool);
    return (
      this.#find(lane, (request) => waits(request) && isIts(request)) ??
      this.#find(lane, isIts) ??
      this.#find(lane, (request) => waits(request) && isFor(request, { tool, args }))
    );
  }

  /** The request of its own lane whose result a message of the next request shows. */
  keyOfResult(lane: Lane, id: string): string | undefined {
    return this.#find(
      lane,
      (request) => request.lane === lane && request.stage !== "started" && hasId(request, id),
    );
  }

  #find(lane: Lane, isMeant: (request: Request) => boolean): string | undefined {
    let own: string | undefined;
    let other: string | undefined;
    for (const [key, request] of this.#waiting) {
      if (!isMeant(request)) continue;
      if (request.lane === lane) own = key;
      else other = key;
    }
    return own ?? other;
  }
}

function waits({ stage }: Request): boolean {
  return stage === "asked" || stage === "announced";
}

function hasId({ call }: Request, id: string | undefined): boolean {
  return id !== undefined && call.kind === "tool" && call.id === id;
}

function isNamed({ call }: Request, tool: string | undefined): boolean {
  return tool === undefined || (call.kind === "tool" && call.tool === tool);
}

function isFor({ call }: Request, { tool, args }: Sought): boolean {
  return (
    call.kind === "tool" && signature(tool ?? call.tool, args) === signature(call.tool, call.args)
  );
}
