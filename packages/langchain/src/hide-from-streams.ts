/** LangGraph's own tag for what its streams don't show. */
const hidden = "langsmith:hidden";

/**
 * Keeps a call that is refused from LangGraph's streams. All handlers of a start are given the same tags, and the
 * streams' one comes after guard's.
 *
 * A stream that has heard of a start waits for its end, of which LangChain tells nothing where a handler refuses.
 * `streamEvents` v3 of `createAgent` keeps a promise for it and rejects that when the run fails: where the program
 * doesn't read `toolCalls`, Node.js then ends the process.
 */
export function hideFromStreams(tags: string[] | undefined): void {
  tags?.push(hidden);
}
