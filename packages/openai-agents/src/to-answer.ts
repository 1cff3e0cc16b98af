import { read, withNotes, type LastWord, type Told } from "@guard/core/adapter";
import type { AgentInputItem, ModelRequest, ModelResponse, Usage } from "@openai/agents";
import { toItems, toText } from "./to-call.ts";
import { toSaid, type Answer } from "./to-outcome.ts";

const message = { type: "message", role: "assistant", status: "completed" } as const;
const none = { requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0 };
const unused = { ...none, inputTokensDetails: [], outputTokensDetails: [] };

/** An answer, whole or as the last event of a stream. */
export type Last = {
  id: string;
  usage: Usage;
  output: Extract<AgentInputItem, { role: "assistant" } | { type: "function_call" }>[];
};

/** An answer of guard's. `usage` is that of the model's answer which it replaces. */
export function toEnd(output: Last["output"], usage: object = unused): Last {
  return { id: "guard", usage: usage as Usage, output };
}

/** The request with guard's notes below results. A refusal is a result already. */
export function withTold(request: ModelRequest, told: Told): ModelRequest {
  if (told.size === 0) return request;
  const input = withNotes(toItems(request), told, (item, noteOf) => {
    const id = read(item, "callId");
    const note = "output" in item && typeof id === "string" ? noteOf(id) : undefined;
    return note === undefined || note.inPlace ? item : withNote(item, note.text);
  });
  return { ...request, input: [...input] };
}

/** A screenshot has no place for a note. */
function withNote(item: AgentInputItem, note: string): AgentInputItem {
  const below = (text = "") => `${text}\n\n${note}`.trimStart();
  switch (item.type) {
    case "function_call_result": {
      const { output } = item;
      if (!Array.isArray(output)) return { ...item, output: below(toText(output)) };
      return { ...item, output: [...output, { type: "input_text" as const, text: note }] };
    }
    case "apply_patch_call_output":
      return { ...item, output: below(item.output) };
    case "shell_call_output": {
      const [last, ...others] = item.output.toReversed();
      if (last === undefined) return item;
      const noted = { ...last, stderr: below(last.stderr) };
      return { ...item, output: [...others.toReversed(), noted] };
    }
    default:
      return item;
  }
}

/** The request of the last call: without tools and hand-offs, and with the wish to end. */
export function toLastRequest(request: ModelRequest, wish: string): ModelRequest {
  const { toolChoice: _, parallelToolCalls: __, ...modelSettings } = request.modelSettings;
  const systemInstructions = `${request.systemInstructions ?? ""}\n\n${wish}`.trim();
  return { ...request, systemInstructions, modelSettings, tools: [], handoffs: [] };
}

/** The answer that ends a run: what the model has said, then the last words. */
export function toLastAnswer(
  answer: Answer | undefined,
  last: Pick<LastWord<Pick<ModelResponse, "usage">>, "text" | "answer">,
): Last {
  const said = [...(answer?.output ?? []).map(toSaid), last.text].filter((text) => text !== "");
  const content = [{ type: "output_text" as const, text: said.join("\n\n") }];
  const used = [answer?.usage, last.answer?.usage].filter((usage) => usage !== undefined);
  return toEnd([{ ...message, content }], sumOf(used));
}

/** The usage of several answers, in the SDK's shape. */
function sumOf(used: readonly object[]): object | undefined {
  if (used.length < 2) return used[0];
  const sum = (key: string, missing = 0) =>
    used.reduce((total, usage) => total + Number(read(usage, key) ?? missing), 0);
  const all = (key: string) => used.flatMap((usage) => read(usage, key) ?? []);
  return {
    requests: sum("requests", 1),
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
    totalTokens: sum("totalTokens"),
    inputTokensDetails: all("inputTokensDetails"),
    outputTokensDetails: all("outputTokensDetails"),
  };
}
