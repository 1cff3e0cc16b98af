/** What a request shows of what the user has said. */
export interface Said {
  /** The latest message of the user. */
  readonly text: string;
  /** How many messages of the user the request holds. */
  readonly users: number;
  /** How many messages it holds in all. */
  readonly messages: number;
  /** Whether the user's message is the last one. */
  readonly isLast: boolean;
}

/**
 * Whether a request begins a turn. It goes on with the turn of the request before it where it has only grown by
 * answers and results, and where the one message of an agent that writes its actions as text has grown.
 */
export function beginsTurn(before: Said | undefined, now: Said): boolean {
  if (before?.users !== now.users || now.messages < before.messages) return true;
  return now.messages === before.messages && !isGrown(before.text, now.text);
}

/** Whether a request asks once more for what was asked before, from its beginning. */
export function isRestart(before: Said | undefined, now: Said): boolean {
  if (before === undefined || !now.isLast) return false;
  return now.messages <= before.messages && now.text === before.text;
}

/** Whether `text` is `before` with something put in at one place. */
function isGrown(before: string, text: string): boolean {
  if (before === text) return true;
  let same = 0;
  while (same < before.length && before[same] === text[same]) same += 1;
  return text.length >= before.length && text.endsWith(before.slice(same));
}

/** Who asks: an agent by its name, and what the framework tells its instances apart by. */
export interface Asking {
  readonly agent: string;
  readonly instance: string;
}

/** The lane that a request belongs to: each instance that the framework knows has one of its own. */
export function laneOf({ agent, instance }: Asking): string {
  return `${agent}\n${instance}`;
}
