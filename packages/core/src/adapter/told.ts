import { setBounded } from "../collections/bounded-map.ts";
import type { Decision } from "../vocabulary/call.ts";
import type { Texts } from "../vocabulary/texts.ts";

/** What a model is told about a call. */
export interface Note {
  readonly text: string;
  /** Whether it stands in place of the call's result, and not below it. */
  readonly inPlace: boolean;
}

/** What an agent's model is to be told about calls, by their ids. */
export type Told = Map<string, Note>;

/** Notes that an agent keeps; of those about older calls the oldest go. */
const maxTold = 1_000;

/**
 * A request with what is told about its results. `add` is given each of its messages, the latest first, and finds the
 * note about a call by its id. Some models repeat their ids: what is told of one is about the latest.
 */
export function withNotes<Message>(
  messages: readonly Message[],
  told: Readonly<Told>,
  add: (message: Message, noteOf: (id: string) => Note | undefined) => Message,
): readonly Message[] {
  if (told.size === 0) return messages;
  const asked = new Set<string>();
  const noteOf = (id: string) => {
    const isOlder = asked.has(id);
    asked.add(id);
    return isOlder ? undefined : told.get(id);
  };
  return messages
    .toReversed()
    .map((message) => add(message, noteOf))
    .toReversed();
}

/** Notes what a model is to be told about a call, if anything. A call without an id has no place for a note. */
export function tell(
  told: Told,
  id: string | undefined,
  decision: Decision,
  inPlace: boolean,
  texts: Texts,
): void {
  if (id === undefined) return;
  const { verdict, findings } = decision;
  const [finding] = findings;
  if (finding === undefined || (verdict !== "warn" && verdict !== "block")) {
    told.delete(id);
    return;
  }
  const text = inPlace ? texts.refused(finding) : texts.warned(finding);
  setBounded(told, id, { text, inPlace }, maxTold);
}
