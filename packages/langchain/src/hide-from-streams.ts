/** LangGraph's own tag for runs that its streams don't show. */
const hidden = "langsmith:hidden";

/**
 * Hides a refused call from LangGraph's streams. LangChain gives all handlers of a start the same tags, and the handler of
 * the streams comes after guard's.
 *
 * A stream that hears a start waits for the end. LangChain reports no end if a handler refuses the start. `streamEvents` v3
 * of `createAgent` keeps a promise for the end, and rejects the promise if the run fails. If the program does not read
 * `toolCalls`, Node.js then ends the process.
 */
export function hideFromStreams(tags: string[] | undefined): void {
  tags?.push(hidden);
}
