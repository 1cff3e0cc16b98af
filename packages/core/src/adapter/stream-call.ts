import type { Outcome } from "../vocabulary/call.ts";
import type { Agent } from "./agent.ts";
import { AnswerSoFar, type Piece } from "./answer-so-far.ts";
import { providerSaid } from "./provider-permit.ts";
import { toFailure } from "./to-failure.ts";

/**
 * Passes on the parts of a streamed answer, whose call guard has allowed under `key`. If the stream ends, or its reader
 * leaves, before `agent.answered`, the call ends with the parts that have come.
 */
export async function* streamCall<Part>(
  agent: Agent,
  key: string,
  parts: AsyncIterable<Part>,
  toPieces: (part: Part) => readonly Piece[],
  signal?: AbortSignal,
): AsyncGenerator<Part, void> {
  const soFar = new AnswerSoFar();
  let failure: Outcome | undefined;
  try {
    for await (const part of parts) {
      soFar.hear(toPieces(part));
      yield part;
    }
  } catch (error) {
    failure = toFailure(error, signal);
    throw error;
  } finally {
    providerSaid(agent.run, key, failure);
    await agent.end(key, soFar.cutOff(failure));
  }
}
