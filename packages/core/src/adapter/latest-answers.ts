import { LiveMap } from "../collections/live-map.ts";
import { signature } from "../signature/sign.ts";
import type { ToolCall } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";

/** The end of a request: a model's answer, and the user's messages before it. */
export interface AnswerShown {
  /** The calls that the answer asks for. */
  readonly calls: readonly ToolCall[];
  /** The user's messages before the answer, in order, if the framework shows them. */
  readonly users: readonly string[];
}

interface LatestAnswer {
  readonly agent: Agent;
  /** The answer's calls by id and tool. A framework may start a tool with other arguments than the model wrote. */
  readonly calls: Map<string, ToolCall[]>;
  readonly users: readonly string[];
}

/**
 * The latest answer of each agent that has asked for calls, for frameworks that report no runs. A call after an answer
 * stays with the agent, run and breaker of that answer, even if a function returns another breaker now.
 */
export class LatestAnswers {
  readonly #latest = new LiveMap<LatestAnswer, Agent>(0);
  readonly #given: () => Agent;
  readonly #advice: string;
  readonly #mayFind: boolean;

  /**
   * @param given returns the agent of the source's current breaker
   * @param advice what to write instead of a function that returns a new breaker for each call
   * @param mayFind whether a call may belong to another agent than the given one, if only one matches. Else guard
   *   reports a mistake. Default: `false`.
   */
  constructor(given: () => Agent, advice: string, mayFind = false) {
    this.#given = given;
    this.#advice = advice;
    this.#mayFind = mayFind;
  }

  /** An agent has answered. An answer without calls ends a conversation. */
  note(agent: Agent, { calls, users }: AnswerShown): void {
    this.#latest.end(agent);
    this.#latest.sweep(({ agent: { run } }) => run.isOver());
    if (calls.length === 0) return;
    const known = new Map<string, ToolCall[]>();
    for (const call of calls) {
      const alike = known.get(nameOf(call));
      if (alike === undefined) known.set(nameOf(call), [call]);
      else alike.push(call);
    }
    this.#latest.begin(agent, { agent, calls: known, users });
  }

  /** Whether calls belong to the agent's latest answer, by their ids. */
  isOf(agent: Agent, calls: readonly ToolCall[]): boolean {
    const latest = this.#latest.get(agent);
    return latest !== undefined && calls.some((call) => latest.calls.has(nameOf(call)));
  }

  /**
   * The agent of a request: the given one, if it has asked for the calls. Else the only agent that has asked for one of
   * them after the same words of the user; then guard reports the mistake.
   */
  ofRequest(shown: AnswerShown): Agent {
    const given = this.#given();
    if (shown.calls.length === 0 || this.isOf(given, shown.calls)) return given;
    return this.#only(given, shown, (latest) => shown.calls.some((call) => holds(latest, call)));
  }

  /** The agent whose tool starts, found as for a request. If the user's words are known, the id is enough. */
  ofStart(call: ToolCall, users: readonly string[]): Agent {
    const given = this.#given();
    const shown = { calls: [call], users };
    if (call.id === undefined || this.isOf(given, shown.calls)) return given;
    const exact = this.#only(given, shown, (latest) => holds(latest, call));
    if (exact !== given || users.length === 0) return exact;
    const name = nameOf(call);
    const agent = this.#only(given, shown, ({ calls }) => calls.has(name));
    if (agent !== given) this.#latest.get(agent)!.calls.get(name)!.push(call);
    return agent;
  }

  #only(given: Agent, { users }: AnswerShown, isMeant: (latest: LatestAnswer) => boolean): Agent {
    const found = [...this.#latest.values()].filter(
      (latest) => latest.agent !== given && isMeant(latest) && agree(latest.users, users),
    );
    if (found.length > 1 || !this.#mayFind) {
      for (const { agent } of found) {
        agent.run.misplaced("breaker-per-call", agent.name, this.#advice);
      }
    }
    return found.length === 1 ? found[0]!.agent : given;
  }
}

/**
 * Whether the shorter list of messages is the start of the longer one: a framework may add messages, and remove them.
 */
function agree(before: readonly string[], users: readonly string[]): boolean {
  const shorter = Math.min(before.length, users.length);
  return before.slice(0, shorter).every((text, index) => text === users[index]);
}

function nameOf({ id, tool }: ToolCall): string {
  return `${id}\n${tool}`;
}

function holds({ calls }: LatestAnswer, sought: ToolCall): boolean {
  const isSame = ({ tool, args }: ToolCall) =>
    signature(tool, args) === signature(tool, sought.args);
  return calls.get(nameOf(sought))?.some(isSame) === true;
}
