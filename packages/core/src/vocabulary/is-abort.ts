import { read } from "./marks.ts";

/**
 * Whether an error tells that the caller has aborted: an `AbortError`, or a framework's own such as LangChain's
 * `ModelAbortError` and OpenAI's `APIUserAbortError`, whose `name` is no other than `Error`.
 */
export function isAbort(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const made = read(error, "constructor");
  const names = [read(error, "name"), typeof made === "function" ? made.name : undefined];
  return names.some((name) => typeof name === "string" && name.endsWith("AbortError"));
}
