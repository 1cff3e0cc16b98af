// What the suites are made of: honest runs, their evil twins, and small words to write them down with.
import type {
  RecordedEvent,
  RecordedHandoff,
  RecordedModelCall,
  RecordedRun,
  RecordedToolCall,
  RecordedUserMessage,
} from "@guard/core/replay";

/** Waste that looks like honest work. */
export interface EvilRun {
  readonly run: RecordedRun;
  /** guard must refuse a call or stop the run at this call (1-based) or earlier. */
  readonly stoppedBy: number;
}

/** Honest runs of one kind, which guard must neither refuse nor stop, and their evil twins. */
export interface Suite {
  readonly kind: string;
  readonly honest: readonly RecordedRun[];
  readonly evil: readonly EvilRun[];
}

type Events = readonly RecordedEvent[];

/** Makes a suite of named runs. An evil run is a pair: the call by which guard must stop it, and its events. */
export function suite(
  kind: string,
  honest: Readonly<Record<string, Events>>,
  evil: Readonly<Record<string, readonly [stoppedBy: number, events: Events]>>,
): Suite {
  return {
    kind,
    honest: Object.entries(honest).map(([name, events]) => ({ id: `${kind}: ${name}`, events })),
    evil: Object.entries(evil).map(([name, [stoppedBy, events]]) => ({
      run: { id: `${kind}: evil: ${name}`, events },
      stoppedBy,
    })),
  };
}

/** A tool call that came back with a result. */
export function call(
  tool: string,
  args?: unknown,
  result?: unknown,
  more: Partial<RecordedToolCall> = {},
): RecordedToolCall {
  return { type: "tool", tool, args, ...(result === undefined ? {} : { result }), ...more };
}

/** A tool call that failed. */
export function fails(
  tool: string,
  args: unknown,
  error: unknown,
  more: Partial<RecordedToolCall> = {},
): RecordedToolCall {
  return call(tool, args, error, { error: true, ...more });
}

/** A shell command with what it prints. */
export const shell = (command: string, prints = "", more: Partial<RecordedToolCall> = {}) =>
  call("bash", { command }, prints, more);

/** A shell command that fails. */
export const shellFails = (command: string, prints: string) => fails("bash", { command }, prints);

/** A model's answer. */
export function says(text: string, more: Partial<RecordedModelCall> = {}): RecordedModelCall {
  return { type: "model", text, ...more };
}

/** A user's message. */
export function user(text: string, more: Partial<RecordedUserMessage> = {}): RecordedUserMessage {
  return { type: "user", text, ...more };
}

/** Work that one agent gives to another. */
export function hands(
  from: string,
  to: string,
  task?: unknown,
  more: Partial<RecordedHandoff> = {},
): RecordedHandoff {
  return { type: "handoff", from, to, ...(task === undefined ? {} : { task }), ...more };
}

/** The events that `make` returns for 0, 1, 2 …, one after the other. */
export function times<T>(count: number, make: (index: number) => T | readonly T[]): T[] {
  return Array.from({ length: count }, (_, index) => make(index)).flat() as T[];
}

/** The same event several times. */
export const again = (count: number, event: RecordedEvent): RecordedEvent[] =>
  times(count, () => event);

/** The items of a list in turn. After the last comes the first again. */
export const turnOf = <T>(list: readonly T[], index: number): T => list[index % list.length]!;

/** Adds times: `gap` milliseconds pass before an event, but not between events of one round, and then its own `ms`. */
export function paced(gap: number, events: Events): RecordedEvent[] {
  let t = 0;
  let last: RecordedEvent | undefined;
  return events.map((event) => {
    t += isSibling(last, event) ? 0 : gap + ("ms" in event ? (event.ms ?? 0) : 0);
    last = event;
    return { ...event, t };
  });
}

function isSibling(before: RecordedEvent | undefined, event: RecordedEvent): boolean {
  const round = roundOf(event);
  return round !== undefined && before !== undefined && round === roundOf(before);
}

const roundOf = (event: RecordedEvent) => ("round" in event ? event.round : undefined);

/** Events of one agent. */
export const by = (agent: string, events: Events): RecordedEvent[] =>
  events.map((event) => (event.type === "handoff" ? event : { ...event, agent }));

/** Calls that one answer asks for. */
export const together = (round: number, events: readonly RecordedToolCall[]): RecordedToolCall[] =>
  events.map((event) => ({ ...event, round }));

/** An opaque id in letters, another for every number. */
export const letters = (index: number, length = 12): string =>
  spelt("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ", index, length);

/** A hexadecimal id, another for every number. */
export const hex = (index: number, length = 16): string => spelt("0123456789abcdef", index, length);

/** A UUID, another for every number. */
export const uuid = (index: number): string =>
  [
    hex(index, 8),
    hex(index + 1, 4),
    `4${hex(index, 3)}`,
    `a${hex(index + 2, 3)}`,
    hex(index, 12),
  ].join("-");

/** A time of day on a fixed date, so many seconds later. */
export const clock = (seconds: number): string =>
  new Date(Date.UTC(2027, 2, 1, 9, 0, seconds)).toISOString();

/** A day of a fixed year. */
export const day = (index: number): string =>
  new Date(Date.UTC(2027, 4, 1 + index)).toISOString().slice(0, 10);

function spelt(alphabet: string, seed: number, length: number): string {
  let state = (seed + 1) * 2_654_435_761;
  return times(length, () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0;
    return alphabet[(state >>> 8) % alphabet.length]!;
  }).join("");
}
