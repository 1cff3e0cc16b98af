// What an adapter does with the seam, for tests: requests in neutral words, and chats that grow.
import type { Agent, ModelAnswer, Shown, ShownMessage } from "../../src/adapter/index.ts";
import type { Outcome, ToolCall } from "../../src/vocabulary/call.ts";
import { letters, success } from "./breakers.ts";

export const user = (text: string): ShownMessage => ({ role: "user", text: () => text });
export const other = (text: string): ShownMessage => ({ role: "other", text: () => text });

/** An answer of the model: it asks for these calls, or says this. */
export const answer = (...calls: readonly ToolCall[]): ShownMessage => ({
  role: "answer",
  text: () => "",
  calls,
});
export const said = (text: string): ShownMessage => ({
  role: "answer",
  text: () => text,
  calls: [],
});

export const result = (id: string, outcome: Outcome | undefined = success()): ShownMessage => ({
  role: "result",
  id,
  outcome: () => outcome,
});

/** The request with these messages, the oldest first. */
export function request(
  messages: readonly ShownMessage[],
  more: Partial<Omit<Shown, "latest">> = {},
): Shown {
  return { ...more, latest: () => messages.toReversed() };
}

let ids = 0;

/** A call with an id of its own. */
export const call = (args: unknown = "A", tool = "use"): ToolCall => ({
  kind: "tool",
  id: `call_${(ids += 1)}`,
  tool,
  args,
});

/** One conversation of an agent: each request shows all that was said before. */
export class Chat {
  readonly messages: ShownMessage[];
  readonly #agent: Agent;
  readonly #more: Partial<Omit<Shown, "latest">>;

  constructor(
    agent: Agent,
    messages: readonly ShownMessage[] = [user("Find the port.")],
    more: Partial<Omit<Shown, "latest">> = {},
  ) {
    this.#agent = agent;
    this.messages = [...messages];
    this.#more = more;
  }

  /** Puts something into all requests from now on. */
  say(message: ShownMessage): this {
    this.messages.push(message);
    return this;
  }

  /** The model asks for calls, one answer after the other, and each comes back. Tells the verdicts. */
  async asks(...args: readonly unknown[]): Promise<string> {
    let verdicts = "";
    for (const one of args) verdicts += await this.makes([call(one)]);
    return verdicts;
  }

  /** The model asks for these calls in one answer. Tells the verdicts, or that of the model call where it is refused. */
  async makes(
    calls: readonly ToolCall[],
    outcome: (call: ToolCall) => Outcome = () => success(),
  ): Promise<string> {
    const verdict = await this.#answers({ calls });
    if (verdict === "O") return verdict;
    this.messages.push(answer(...calls));
    let verdicts = "";
    for (const one of calls) {
      const { key, decision, refused } = await this.#agent.start(one);
      const came: Outcome = refused === undefined ? outcome(one) : success(refused.message);
      if (refused === undefined) await this.#agent.end(key, came);
      this.messages.push(result(one.id!, came));
      verdicts += letters[decision.verdict];
    }
    return verdicts;
  }

  /** The model asks for calls that never start: they are its answer. Tells the verdict of the model call. */
  async gives(...calls: readonly ToolCall[]): Promise<string> {
    const verdict = await this.#answers({ calls });
    this.messages.push(answer(...calls));
    return verdict;
  }

  /** The model says something. Tells the verdict of its call. */
  async says(text: string): Promise<string> {
    const verdict = await this.#answers({ calls: [], text });
    this.messages.push(said(text));
    return verdict;
  }

  async #answers(given: ModelAnswer): Promise<string> {
    const agent = this.#agent;
    const shown = request(this.messages, this.#more);
    const { key, decision, refused } = await agent.request({ kind: "model" }, shown);
    if (refused === undefined) await agent.answered(key, given);
    return letters[decision.verdict];
  }
}
