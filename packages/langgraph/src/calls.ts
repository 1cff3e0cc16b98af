import { signature, type Call, type Decision, type Lane } from "@guard/core";
import { setBounded } from "@guard/core/adapter";
import type { RefusedCall } from "./state.ts";
import { lastAsked, type Asked } from "./to-call.ts";

const maxKept = 10_000;
const maxRefused = 100;

/** A decision, and the lane that asked for it. */
interface Decided {
  readonly lane: Lane;
  readonly decision: Decision;
}

/** What a lane is asked for under which answer. */
interface Question {
  /** The message that asks; where none is known, the run that LangChain started. */
  readonly answer: string;
  readonly calls: readonly Call[];
  /** What was said last before. */
  readonly lastSaid: string | undefined;
}

/**
 * The calls of one run of a graph. They are known by their ids and by the message that asks for them, as
 * these stand in the graph's state: LangChain's own runs begin anew when a graph is resumed.
 */
export class Calls {
  readonly #decided = new Map<string, Decided>();
  /** Calls as the breaker was asked for them, by their tokens. */
  readonly #asked = new Map<string, Call>();
  /** Refusals that have not been told to the model, by their tokens. */
  readonly #refused = new Map<string, RefusedCall>();
  /** The message of each answer by the run of its model, and the other way round. */
  readonly #messages = new Map<string, string>();
  readonly #answers = new Map<string, string>();
  readonly #lastSaid = new Map<string, string | undefined>();
  /** The message that asks for a call, and the tool that it asks for, by the call's id. */
  readonly #askedBy = new Map<string, { readonly message: string; readonly tool: string }>();
  /** The id of a call by the run of its tool, and the other way round. */
  readonly #callIds = new Map<string, string>();
  readonly #started = new Map<string, string>();

  #areAllowed = true;

  /** Whether all that was asked for was allowed, without a word. */
  get areAllowed(): boolean {
    return this.#areAllowed;
  }

  /** Whether nothing has been asked for yet. */
  get areNone(): boolean {
    return this.#asked.size === 0;
  }

  /** Refused calls of which the model has not been told yet. */
  get refused(): readonly RefusedCall[] {
    return [...this.#refused.values()];
  }

  /** What was said last before a model's answer that hands work over. */
  saidLast(run: string, text: string | undefined): void {
    setBounded(this.#lastSaid, run, text, maxKept);
  }

  /** A model has answered by this message. Ids that a model gives twice in one run tell nothing. */
  answeredBy(run: string, message: string | undefined): void {
    if (message === undefined || this.#answers.has(message)) return;
    setBounded(this.#answers, message, run, maxKept);
    setBounded(this.#messages, run, message, maxKept);
  }

  /** A node is given a state whose last message asks for calls; a resumed run has decided about them. */
  enter(state: unknown): void {
    const { id: message, calls } = lastAsked(state);
    if (message === undefined) return;
    for (const { id, name: tool } of calls) {
      if (id !== undefined) setBounded(this.#askedBy, id, { message, tool }, maxKept);
    }
  }

  /**
   * A tool starts for the call with this id. Another tool with that id is another call: LangChain gives a
   * tool's id to whatever it calls with its own config. Tools that are classes start without their name.
   */
  start(run: string, callId: string | undefined, tool: string | undefined): void {
    if (callId === undefined) return;
    const asked = this.#askedBy.get(callId)?.tool;
    if (asked !== undefined && tool !== undefined && asked !== tool) return;
    setBounded(this.#callIds, run, callId, maxKept);
    setBounded(this.#started, callId, run, maxKept);
  }

  hasStarted({ id = "" }: Asked): boolean {
    return this.#started.has(id);
  }

  /** What a run of LangChain's asks for: a model's answer for its calls, a tool for the one it is. */
  question(calls: readonly Call[], run: string): Question {
    const id = this.#callIds.get(run);
    const message = id === undefined ? this.#messages.get(run) : this.#askedBy.get(id)?.message;
    return {
      answer: message ?? run,
      calls: id === undefined ? calls : calls.map((call) => ({ ...call, id })),
      lastSaid: this.#lastSaid.get(run),
    };
  }

  /** A call was decided: `asked` as the framework has it, `call` as the breaker was asked for it. */
  decide(asked: Call, call: Call, decision: Decision, lane: Lane, laneId: string): void {
    setBounded(this.#asked, decision.token.id, call, maxKept);
    if (decision.verdict !== "allow") this.#areAllowed = false;
    if (asked.kind !== "tool" || asked.id === undefined) return;
    const key = keyOf(asked.id, asked.tool, asked.args);
    setBounded(this.#decided, key, { lane, decision }, maxKept);
    if (decision.verdict !== "block") return;
    const refused = { key, agent: lane.agent, ...(laneId === "" ? {} : { id: laneId }), decision };
    setBounded(this.#refused, decision.token.id, refused, maxRefused);
  }

  /** A call was refused before the run was resumed. */
  refuse(refused: RefusedCall, lane: Lane): void {
    const { key, decision } = refused;
    this.#areAllowed = false;
    setBounded(this.#refused, decision.token.id, refused, maxRefused);
    setBounded(this.#decided, key, { lane, decision }, maxKept);
  }

  /** The refusal of a call has been told, or the call has run all the same. */
  tell({ token }: Decision): void {
    this.#refused.delete(token.id);
  }

  /** The call that was decided, as the breaker was asked for it. */
  callOf({ token }: Decision): Call | undefined {
    return this.#asked.get(token.id);
  }

  /** The decision about a call of an answer, as it reads now. */
  decisionFor({ id = "", name, args }: Asked): Decision | undefined {
    const known = this.#decided.get(keyOf(id, name, args));
    return known?.lane.check(known.decision);
  }
}

function keyOf(id: string, tool: string, args: unknown): string {
  return `${id}\n${signature(tool, args)}`;
}
