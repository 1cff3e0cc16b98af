import { Usage, type Model, type ModelRequest, type StreamEvent } from "@openai/agents";

type Done = Extract<StreamEvent, { readonly type: "response_done" }>["response"];

/** A call that the model asks for. */
interface Asked {
  readonly name: string;
  readonly args?: unknown;
  readonly id?: string;
}

/** A call as the SDK writes it. */
type Item = Done["output"][number];

/** Answers a request: with a text, or by asking for calls. */
export type Script = (turn: number, request: ModelRequest) => string | readonly (Asked | Item)[];

const used = { inputTokens: 100, outputTokens: 20, totalTokens: 120 };

/** A model of the SDK that answers as its script says, at once or as a stream, and keeps its requests. */
export function scriptedModel(script: Script): { model: Model; requests: readonly ModelRequest[] } {
  const requests: ModelRequest[] = [];
  const respond = (request: ModelRequest): Done => {
    requests.push(request);
    const answer = script(requests.length, request);
    return { id: `${requests.length}`, usage: used, output: outputOf(answer, requests.length) };
  };
  const model: Model = {
    getResponse: async (request) => {
      const { output } = respond(request);
      return { output, usage: new Usage(used) };
    },
    async *getStreamedResponse(request): AsyncGenerator<StreamEvent> {
      yield { type: "response_started" };
      yield { type: "response_done", response: respond(request) };
    },
  };
  return { model, requests };
}

function outputOf(answer: ReturnType<Script>, turn: number): Done["output"] {
  if (typeof answer === "string") {
    const content = [{ type: "output_text" as const, text: answer }];
    return [{ type: "message", role: "assistant", status: "completed", content }];
  }
  return answer.map((asked, index) =>
    "type" in asked || "role" in asked ? asked : toItem(asked, `call_${turn}_${index}`),
  );
}

function toItem({ name, args = {}, id }: Asked, ownId: string): Item {
  return {
    type: "function_call",
    callId: id ?? ownId,
    name,
    arguments: typeof args === "string" ? args : JSON.stringify(args),
    status: "completed",
  };
}

/** The texts of the results in a request, in order. */
export function resultsIn({ input }: ModelRequest): readonly string[] {
  if (typeof input === "string") return [];
  return input.flatMap((item) =>
    item.type === "function_call_result" ? [textOf(item.output)] : [],
  );
}

function textOf(output: unknown): string {
  if (typeof output === "string") return output;
  const { text } = output as { readonly text?: string };
  return text ?? JSON.stringify(output);
}
