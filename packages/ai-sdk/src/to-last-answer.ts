import { lastWish, type LastWord } from "@guard/core/adapter";
import type { Answer, GuardedModel, Message, Part, Request } from "./to-call.ts";
import { isAsked, toText } from "./to-call.ts";

/** The last words of a run that was stopped, and what they have used. */
export interface PaidWord extends LastWord {
  readonly usage?: unknown;
}

/** The request of the last call: no tools, and the wish to end. */
export function toLastRequest(sent: Request, { message }: Error): Request {
  const wish = lastWish(message);
  const { tools: _, toolChoice: __, ...request } = sent as Request & { toolChoice?: unknown };
  const [first, ...others] = request.prompt;
  // Providers take system messages only where a prompt begins.
  const prompt: readonly Message[] =
    first?.role === "system" && typeof first.content === "string"
      ? [{ ...first, content: `${first.content}\n\n${wish}` }, ...others]
      : [{ role: "system", content: wish }, ...request.prompt];
  return { ...request, prompt };
}

/** An answer that ends the run: what the model has said, if it was asked, and the last words. */
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

/** The parts of a stream that end a run; `finish` is the part that would have ended this answer. */
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

/** How an answer ends, in the words of the model's specification. */
function ending(version: string, answer: object | undefined, { usage, code }: PaidWord) {
  const { usage: paid, providerMetadata } = (answer ?? {}) as {
    readonly usage?: unknown;
    readonly providerMetadata?: object;
  };
  return {
    finishReason: version === "v2" ? "stop" : { unified: "stop", raw: undefined },
    usage: plus(paid, usage) ?? unused(version),
    providerMetadata: { ...providerMetadata, guard: { code } },
  };
}

/** Two reports of what was used, added up figure by figure. */
function plus(a: unknown, b: unknown): unknown {
  if (a === undefined || b === undefined) return a ?? b;
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (typeof a !== "object" || a === null || typeof b !== "object" || b === null) return a;
  const both = { ...a, ...b };
  return Object.fromEntries(
    Object.keys(both).map((name) => [name, plus(Reflect.get(a, name), Reflect.get(b, name))]),
  );
}

function unused(version: string) {
  if (version === "v2") return { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
  return {
    inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 0, text: 0, reasoning: 0 },
  };
}
