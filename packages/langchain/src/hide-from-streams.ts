/** LangGraph's own tag for what its streams don't show. */
const hidden = "langsmith:hidden";

/**
 * Keeps a refused call from LangGraph's streams. LangChain gives all handlers of a start the same tags, and the
 * streams' handler comes after guard's.
 *
 * A stream that has heard of a start waits for its end. LangChain does not tell of that end when a handler refuses.
 * `streamEvents` v3 of `createAgent` keeps a promise for it and rejects that when the run fails: where the program
 * doesn't read `toolCalls`, Node.js then ends the process.
 */
export function hideFromStreams(tags: string[] | undefined): void {
  tags?.push(hidden);
}
