import { toShown, type Request } from "@guard/ai-sdk/codec";
import type { Outcome } from "@guard/core";
import { read, type Shown, type ShownMessage } from "@guard/core/adapter";

/** What a request shows. Old versions of Mastra report a missing tool as a result: guard reads it as a failure. */
export function toMastraShown(request: Request, isInner: boolean): Shown {
  const shown = toShown(request);
  let unknown: ReadonlySet<unknown> | undefined;
  return {
    ...shown,
    isInner,
    *latest() {
      for (const message of shown.latest()) {
        const isResult = message.role === "result";
        if (isResult) unknown ??= unknownIn(request);
        yield isResult && unknown?.has(message.id) === true ? failed(message) : message;
      }
    },
  };
}

/** The ids of calls whose tool the request does not offer. */
function unknownIn({ prompt, tools = [] }: Request): ReadonlySet<unknown> {
  const offered = new Set(tools.map((tool) => read(tool, "name")));
  const results = prompt
    .flatMap(({ content }) => (typeof content === "string" ? [] : content))
    .filter((part) => part.type === "tool-result" && !offered.has(read(part, "toolName")));
  return new Set(results.map((part) => read(part, "toolCallId")));
}

function failed(message: ShownMessage & { readonly role: "result" }): ShownMessage {
  return { ...message, outcome: () => toFailure(message.outcome()) };
}

function toFailure(outcome: Outcome | undefined): Outcome | undefined {
  return outcome?.status === "success" ? { status: "failure", error: outcome.result } : outcome;
}
