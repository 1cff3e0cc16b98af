import { LiveMap } from "../collections/live-map.ts";
import { signature } from "../signature/sign.ts";
import type { ToolCall } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";

/** The end of a request: a model's answer, and what the user had said when it was given. */
export interface AnswerShown {
  /** The calls that the answer asks for. */
  readonly calls: readonly ToolCall[];
  /** The user's messages before it, in order, as far as they can be seen. */
  readonly users: readonly string[];
}

interface LatestAnswer {
  readonly agent: Agent;
  /** Its calls by id and tool. A framework may start a tool with other arguments than the model wrote. */
  readonly calls: Map<string, ToolCall[]>;
  readonly users: readonly string[];
}

/**
 * The latest answer of each agent that has asked for calls, for frameworks that report no runs: a call
 * after an answer stays with that answer's agent, run and breaker, whichever breaker a function gives.
 */
export class LatestAnswers {
  readonly #latest = new LiveMap<LatestAnswer, Agent>(0);
  readonly #given: () => Agent;
  readonly #advice: string;
  readonly #mayFind: boolean;

  /**
   * @param given the agent that a source gives now
   * @param advice what to write instead of a source that gives a breaker for each call
   * @param mayFind whether it is no mistake that a call is another agent's than the given one, as long as only one could
   *   be meant. Default: `false`.
   */
  constructor(given: () => Agent, advice: string, mayFind = false) {
    this.#given = given;
    this.#advice = advice;
    this.#mayFind = mayFind;
  }

  /** An agent has answered. An answer that asks for nothing is a conversation's end: nothing goes on from it. */
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

  /** Whether calls are of the agent's latest answer, as far as their ids tell. */
  isOf(agent: Agent, calls: readonly ToolCall[]): boolean {
    const latest = this.#latest.get(agent);
    return latest !== undefined && calls.some((call) => latest.calls.has(nameOf(call)));
  }

  /**
   * The agent that a request goes on with: the one that is given where it has asked for the calls, else the only one
   * that has asked for one of them after the same words of the user. Then the user is told of the mistake.
   */
  ofRequest(shown: AnswerShown): Agent {
    const given = this.#given();
    if (shown.calls.length === 0 || this.isOf(given, shown.calls)) return given;
    return this.#only(given, shown, (latest) => shown.calls.some((call) => holds(latest, call)));
  }

  /** The agent whose tool starts, found as for a request. Where the user's words are known the id is enough. */
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

/** Whether one list of messages begins as the other: a framework may add to it, and take that away again. */
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
