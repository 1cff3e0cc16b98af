import { hash } from "../signature/hash.ts";
import { maskVolatile } from "../signature/mask.ts";
import { signature } from "../signature/sign.ts";
import type { Outcome, ToolCall } from "../vocabulary/call.ts";
import type { Shown, ShownMessage } from "./asking.ts";
import { read } from "./read.ts";

/** The messages of a request, the latest first. Each is read only when the caller needs it. */
export function* latestFirst<Message>(
  messages: readonly Message[],
  toShown: (message: Message) => ShownMessage | readonly ShownMessage[],
): Generator<ShownMessage> {
  for (let at = messages.length - 1; at >= 0; at -= 1) yield* [toShown(messages[at]!)].flat();
}

/** What comes last in a request: words of a user, results of calls, or something else. */
export function tailOf({ latest }: Shown): ShownMessage["role"] | undefined {
  for (const { role } of latest()) return role;
  return undefined;
}

/** The text of the latest message of the user. */
export function userText({ latest }: Shown): string {
  for (const message of latest()) if (message.role === "user") return message.text();
  return "";
}

/**
 * The last words that an agent reads when it takes over. Text beside calls is no task, nor is a call's result, such as
 * the note that an agent gave the work back.
 */
export function lastSaid({ latest }: Shown): string | undefined {
  for (const message of latest()) {
    const isSaid =
      message.role === "user" || (message.role === "answer" && message.calls.length === 0);
    const text = isSaid ? message.text().trim() : "";
    if (text !== "") return text;
  }
  return undefined;
}

/** What came back from calls, by their ids, the latest first. */
export function* outcomesIn({ latest }: Shown): Generator<readonly [string, Outcome]> {
  for (const message of latest()) {
    if (message.role !== "result") continue;
    const outcome = message.outcome();
    if (outcome !== undefined) yield [message.id, outcome];
  }
}

/** A round of the turn that a request shows: calls, with what came back. */
export type ShownRound = readonly (readonly [call: ToolCall, outcome: Outcome])[];

/** The rounds since the user's last message, the oldest first. */
export function roundsIn(shown: Shown): readonly ShownRound[] {
  const outcomes = new Map<string, Outcome>();
  const rounds: ShownRound[] = [];
  for (const message of shown.latest()) {
    if (message.role === "user") break;
    if (message.role === "result") {
      const outcome = message.outcome();
      if (outcome !== undefined && !outcomes.has(message.id)) outcomes.set(message.id, outcome);
    } else if (message.role === "answer") {
      const made = message.calls.flatMap((call): ShownRound => {
        const outcome = call.id === undefined ? undefined : outcomes.get(call.id);
        return outcome === undefined ? [] : [[call, outcome]];
      });
      if (made.length > 0) rounds.unshift(made);
    }
  }
  return rounds;
}

/**
 * The prints of the answers that a request shows, the latest first. An answer that asks for calls has a print for each
 * call and each result: some frameworks show them one by one, or not all of them.
 */
export function* answersIn({
  latest,
}: Shown): Generator<{ readonly prints: readonly string[]; readonly isText: boolean }> {
  let results: string[] = [];
  for (const message of latest()) {
    if (message.role === "result") results.push(printOfResult(message.id));
    if (message.role !== "answer") continue;
    const prints = printsOf(message.calls, message.text());
    yield { prints, isText: message.calls.length === 0 };
    if (results.length > 0) yield { prints: results, isText: false };
    results = [];
  }
  if (results.length > 0) yield { prints: results, isText: false };
}

/** The prints of the texts that a request shows as answers. */
export function textsIn(shown: Shown): readonly string[] {
  return [...answersIn(shown)].flatMap(({ prints, isText }) => (isText ? prints : []));
}

/** How many answers a request shows. */
export function countAnswers({ latest }: Shown): number {
  let count = 0;
  for (const { role } of latest()) if (role === "answer") count += 1;
  return count;
}

/** The prints of an answer, the most exact first: of its calls and their results, else of its text. */
export function printsOf(calls: readonly ToolCall[], text: string): readonly string[] {
  if (calls.length > 0) return [...calls.map(printOfCall), ...calls.flatMap(idOf)];
  return [hash(`text\n${text.replaceAll(/\s+/g, " ").trim()}`)];
}

/** A request as one hash of its messages, without ids, dates and times. */
export function printOfRequest({ latest }: Shown): string {
  const asked = [...latest()].map((message) =>
    message.role === "result" ? `result ${message.id}` : `${message.role} ${message.text()}`,
  );
  return hash(maskVolatile(asked.join("\n")));
}

/** The print of a call's id, which its result has, too: a framework may show other arguments than the model wrote. */
function idOf({ id, tool }: ToolCall): readonly string[] {
  return id === undefined || id === "" || id === tool ? [] : [printOfResult(id)];
}

const printOfResult = (id: string) => `id ${id}`;

function printOfCall({ id = "", tool, args }: ToolCall): string {
  return `call ${id} ${signature(tool, args)}`;
}

/** The print of a request's tools. `undefined` if the framework does not say which tools it offers. */
export function printOfTools({ tools }: Shown): string | undefined {
  const offered = tools?.();
  if (!Array.isArray(offered)) return undefined;
  return offered.map(nameOf).toSorted().join("\n");
}

function nameOf(tool: unknown): string {
  return String(read(tool, "name") ?? read(tool, "function", "name") ?? tool);
}
