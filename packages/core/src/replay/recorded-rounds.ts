import type {
  RecordedEvent,
  RecordedHandoff,
  RecordedToolCall,
} from "../vocabulary/recorded-event.ts";

export type RecordedCall = RecordedToolCall | RecordedHandoff;

/** Single events, and neighbouring calls of one round of an agent together. */
export function* rounds(
  events: readonly RecordedEvent[],
): Generator<readonly [RecordedEvent, ...RecordedEvent[]]> {
  let round: [RecordedEvent, ...RecordedEvent[]] | undefined;
  for (const event of events) {
    if (round !== undefined && isSameRound(round[0], event)) {
      round.push(event);
      continue;
    }
    if (round !== undefined) yield round;
    round = [event];
  }
  if (round !== undefined) yield round;
}

function isSameRound(a: RecordedEvent, b: RecordedEvent): boolean {
  return (
    isCall(a) &&
    isCall(b) &&
    a.round !== undefined &&
    a.round === b.round &&
    a.turn === b.turn &&
    a.lane === b.lane &&
    agentOf(a) === agentOf(b)
  );
}

export function isCall(event: RecordedEvent): event is RecordedCall {
  return event.type === "tool" || event.type === "handoff";
}

export function agentOf(event: RecordedEvent): string | undefined {
  return event.type === "handoff" ? event.from : event.agent;
}
