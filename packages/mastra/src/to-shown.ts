import { toShown, type Request } from "@guard/ai-sdk/codec";
import type { Outcome } from "@guard/core";
import { read, type Shown, type ShownMessage } from "@guard/core/adapter";

/** What a request shows. A tool that it does not offer does not exist: old versions of Mastra tell it as a result. */
export function toMastraShown(request: Request, isInner: boolean): Shown {
  const shown = toShown(request);
  const { prompt, tools = [] } = request;
  return {
    ...shown,
    isInner,
    *latest() {
      const offered = new Set(tools.map((tool) => read(tool, "name")));
      const unknown = new Set(
        prompt
          .flatMap(({ content }) => (typeof content === "string" ? [] : content))
          .filter((part) => part.type === "tool-result" && !offered.has(read(part, "toolName")))
          .map((part) => read(part, "toolCallId")),
      );
      for (const message of shown.latest()) {
        yield message.role === "result" && unknown.has(message.id) ? failed(message) : message;
      }
    },
  };
}

function failed(message: ShownMessage & { readonly role: "result" }): ShownMessage {
  return { ...message, outcome: () => toFailure(message.outcome()) };
}

function toFailure(outcome: Outcome | undefined): Outcome | undefined {
  return outcome?.status === "success" ? { status: "failure", error: outcome.result } : outcome;
}
