import { plusUsage, type LastWord } from "@guard/core/adapter";
import type { Answer, GuardedModel, Message, Part, Request } from "./to-call.ts";
import { isAsked, toText } from "./to-call.ts";

/** The last word of a stopped run, and the model's answer, if a model wrote it. */
type PaidWord = LastWord<Answer>;

/** The request of the last call: without tools, and with guard's request to end. */
export function toLastRequest(sent: Request, wish: string): Request {
  const { tools: _, toolChoice: __, ...request } = sent as Request & { toolChoice?: unknown };
  const [first, ...others] = request.prompt;
  // Providers take system messages only where a prompt begins.
  const prompt: readonly Message[] =
    first?.role === "system" && typeof first.content === "string"
      ? [{ ...first, content: `${first.content}\n\n${wish}` }, ...others]
      : [{ role: "system", content: wish }, ...request.prompt];
  return { ...request, prompt };
}

/** An answer that ends the run: what the model has said so far, and the last word. */
export function toLastAnswer(
  { specificationVersion }: GuardedModel,
  answer: Answer | undefined,
  last: PaidWord,
): Answer {
  const kept = (answer?.content ?? []).filter((part) => !isAsked(part));
  return {
    ...answer,
    content: [...kept, { type: "text", text: below(toText(kept), last.text) } as Part],
    warnings: answer?.warnings ?? [],
    ...ending(specificationVersion, answer, last),
  };
}

/** The parts of a stream that end a run. `finish` is the part that would have ended this answer. */
export function toLastParts(
  { specificationVersion }: GuardedModel,
  said: readonly Part[],
  finish: Part | undefined,
  last: PaidWord,
): readonly Part[] {
  const id = crypto.randomUUID();
  const delta = below(toText(said), last.text);
  return [
    { type: "text-start", id },
    { type: "text-delta", id, delta },
    { type: "text-end", id },
    { ...finish, type: "finish", ...ending(specificationVersion, finish, last) },
  ] as readonly Part[];
}

function below(said: string, text: string): string {
  return said === "" ? text : `\n\n${text}`;
}

/** The end of an answer, in the version of the model's specification. */
function ending(version: string, ended: object | undefined, { answer, code }: PaidWord) {
  const { usage, providerMetadata } = (ended ?? {}) as {
    readonly usage?: unknown;
    readonly providerMetadata?: object;
  };
  return {
    finishReason: version === "v2" ? "stop" : { unified: "stop", raw: undefined },
    usage: plusUsage(usage, answer?.usage) ?? unused(version),
    providerMetadata: { ...providerMetadata, guard: { code } },
  };
}

/** The usage of an answer that guard wrote. */
export function unused(version: string): object {
  if (version === "v2") return { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
  return {
    inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 0, text: 0, reasoning: 0 },
  };
}
