import type { Call, Decision, Outcome, ToolCall } from "../vocabulary/call.ts";
import { signature } from "../signature/sign.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Permit } from "../failure/permit.ts";
import type { Told } from "./told.ts";

/** A call that an agent has asked for, until its outcome is known. */
export interface AskedCall {
  readonly call: Call;
  /** The call as guard judges it: a tool that hands work to an agent is a delegation. */
  readonly meant: Call;
  /** The model's answer that asks for it. */
  readonly answer: string;
  readonly decision: Decision;
  readonly lane: BreakerLane;
  /** The notes for the agent that asked for the call. */
  readonly told: Told;
  /**
   * The stage: an answer asked for the call, an executor announced it, it started, it ended and only the next request
   * shows its outcome, or it was never made.
   */
  readonly stage: "asked" | "announced" | "started" | "ended" | "unmade";
  /** The permit of the provider's failure circuit, if it has one. Only for a model call. */
  readonly permit?: Permit | undefined;
  /** The failure, as long as the framework may try the call again. */
  readonly failure?: Outcome;
}

/** What an adapter knows about a call that it looks for. */
export interface Sought {
  readonly id?: string | undefined;
  readonly tool?: string | undefined;
  readonly args?: unknown;
}

/** The key of a call of an answer. Ids that models give are no keys: some models repeat them. */
export function callKey(answer: string, index: number): string {
  return `${answer}:${index}`;
}

/** A call by its id, its tool and its arguments: a human may change these before it runs. */
export function openKey(id: string, tool: string, args: unknown): string {
  return `${id}\n${signature(tool, args)}`;
}

/**
 * The calls of one run that wait for their outcome: the one place that remembers what was asked.
 *
 * If several calls match, the agent's own latest call wins: agents that work in parallel may ask for the same, and
 * their models may give the same ids.
 */
export class AskedCalls {
  readonly #waiting = new Map<string, AskedCall>();
  #areAllAllowed = true;

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Whether the breaker has allowed all calls so far without a warning. */
  get areAllAllowed(): boolean {
    return this.#areAllAllowed;
  }

  set(key: string, asked: AskedCall): void {
    if (asked.decision.verdict !== "allow") this.#areAllAllowed = false;
    this.#waiting.set(key, asked);
  }

  get(key: string): AskedCall | undefined {
    return this.#waiting.get(key);
  }

  /** Takes a call out: its outcome has come. */
  take(key: string): AskedCall | undefined {
    const asked = this.starting(key);
    if (asked !== undefined) tellUnstarted(asked);
    return asked;
  }

  /** Takes out a call that is about to start or to be refused. */
  starting(key: string): AskedCall | undefined {
    const asked = this.#waiting.get(key);
    this.#waiting.delete(key);
    return asked;
  }

  /** Moves a call on to another stage. */
  move(key: string, stage: AskedCall["stage"], failure?: Outcome): AskedCall | undefined {
    const asked = this.starting(key);
    if (asked === undefined) return undefined;
    if (stage === "unmade") asked.permit?.ignore();
    this.set(key, { ...asked, stage, ...(failure === undefined ? {} : { failure }) });
    return asked;
  }

  /** Takes out all calls for which `isMeant` holds. */
  takeAll(isMeant: (asked: AskedCall) => boolean): readonly AskedCall[] {
    const taken: AskedCall[] = [];
    for (const [key, asked] of this.#waiting) {
      if (!isMeant(asked)) continue;
      this.#waiting.delete(key);
      asked.permit?.ignore();
      tellUnstarted(asked);
      taken.push(asked);
    }
    return taken;
  }

  /** For each call that has not started: the answer that asked for it, by the call's key. */
  open(): Readonly<Record<string, string>> {
    const open = [...this.#waiting.values()].flatMap((asked) => {
      const { call, answer } = asked;
      if (!waits(asked) || call.kind !== "tool" || call.id === undefined) return [];
      return [[openKey(call.id, call.tool, call.args), answer] as const];
    });
    return Object.fromEntries(open);
  }

  /** Whether any call matches. */
  some(isMeant: (asked: AskedCall) => boolean): boolean {
    for (const asked of this.#waiting.values()) if (isMeant(asked)) return true;
    return false;
  }

  /** Whether a call of a lane has not come back. */
  hasOpen(lane: BreakerLane): boolean {
    return this.some((asked) => asked.lane === lane);
  }

  /** The call that a classic executor announces as an action, and has not announced before. */
  keyOfAction(lane: BreakerLane, call: ToolCall): string | undefined {
    return this.#find(lane, (asked) => asked.stage === "asked" && isFor(asked, call));
  }

  /**
   * The call of a tool that starts. It is found by its id, else by tool and arguments: some frameworks drop the id, and
   * some models give none. A call that has started before is tried again. Another tool with the same id is another
   * call: a framework may pass a tool's id on to the tools that it calls itself. Some models give one id to all calls
   * of an answer: then the arguments decide.
   */
  keyOfStart(lane: BreakerLane, { id, tool, args }: Sought): string | undefined {
    const isIts = (asked: AskedCall) => hasId(asked, id) && isNamed(asked, tool);
    const isNext = (asked: AskedCall) => waits(asked) && isIts(asked);
    const next = this.#find(lane, isNext);
    if (next !== undefined) return this.#amongTwins(lane, next, isNext, { tool, args });
    return (
      this.#find(lane, isIts) ??
      this.#find(lane, (asked) => waits(asked) && isFor(asked, { tool, args }))
    );
  }

  /** Finds the call with these arguments among calls of one answer that have the same id. */
  #amongTwins(
    lane: BreakerLane,
    key: string,
    isNext: (asked: AskedCall) => boolean,
    sought: Sought,
  ): string {
    const one = this.#waiting.get(key)!;
    const isTwin = (asked: AskedCall) => isNext(asked) && asked.answer === one.answer;
    if (this.#find(lane, (asked) => isTwin(asked) && asked !== one) === undefined) return key;
    return this.#find(lane, (asked) => isTwin(asked) && isFor(asked, sought)) ?? key;
  }

  /** The agent's own call whose outcome the next request shows. */
  keyOfResult(lane: BreakerLane, id: string): string | undefined {
    return this.#find(
      lane,
      (asked) => asked.lane === lane && asked.stage !== "started" && hasId(asked, id),
    );
  }

  #find(lane: BreakerLane, isMeant: (asked: AskedCall) => boolean): string | undefined {
    let own: string | undefined;
    let other: string | undefined;
    for (const [key, asked] of this.#waiting) {
      if (!isMeant(asked)) continue;
      if (asked.lane === lane) own = key;
      else other = key;
    }
    return own ?? other;
  }
}

/** Emits the `block` event of a refused call that never started: the framework has not reported it. */
function tellUnstarted(asked: AskedCall): void {
  const { lane, decision } = asked;
  if (waits(asked) && decision.verdict === "block") lane.tellBlocked(decision.findings, false);
}

/** Whether a call has not started. */
export function waits({ stage }: AskedCall): boolean {
  return stage === "asked" || stage === "announced";
}

function hasId({ call }: AskedCall, id: string | undefined): boolean {
  return id !== undefined && call.kind === "tool" && call.id === id;
}

function isNamed({ call }: AskedCall, tool: string | undefined): boolean {
  return tool === undefined || (call.kind === "tool" && call.tool === tool);
}

function isFor({ call }: AskedCall, { tool, args }: Sought): boolean {
  if (call.kind !== "tool" || (tool ?? call.tool) !== call.tool) return false;
  return signature(call.tool, args) === signature(call.tool, call.args);
}

/** A call that no answer asks for. If the framework gives it an id, the id belongs to another call. */
export function unnamed(call: ToolCall): ToolCall {
  const { id: _, ...asked } = call;
  return asked;
}
