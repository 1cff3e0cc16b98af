import { makeCall, read, usageOf, withMethods, type GuardedRun } from "@guard/core/adapter";
import type { ModelCall } from "@guard/core";
import { baseUrlOf } from "./base-url.ts";
import type { CallRuns } from "./call-runs.ts";

/** How guard reads a kind of model whose calls cost money and belong to no conversation. */
interface Kind {
  readonly method: "doEmbed" | "doGenerate";
  readonly toCall: (request: unknown) => Omit<ModelCall, "kind" | "model" | "provider" | "baseUrl">;
  /** How many embeddings or images the answer has. */
  readonly count: (answer: unknown) => unknown;
}

const kinds: Readonly<Record<"embedding" | "image", Kind>> = {
  embedding: {
    method: "doEmbed",
    toCall: (request) => ({ prompt: read(request, "values"), maxOutputTokens: 0 }),
    count: (answer) => read(answer, "embeddings", "length"),
  },
  image: {
    method: "doGenerate",
    toCall: (request) => ({ prompt: read(request, "prompt") }),
    count: (answer) => read(answer, "images", "length"),
  },
};

/** A model that is asked by one method. */
export interface OtherModel {
  readonly provider: string;
  readonly modelId: string;
}

/** The same embedding or image model, guarded. A refused call rejects, for every `onTrip`: the model returns no text. */
export function guardOther<M extends OtherModel>(
  model: M,
  kind: keyof typeof kinds,
  runs: CallRuns,
): M {
  const { method, toCall, count } = kinds[kind];
  const ask = async (request: unknown): Promise<unknown> => {
    const isBare = runs.place === undefined;
    const agent = runs.agent("models");
    runs.begins(agent.run as GuardedRun);
    const { provider, modelId } = model;
    const baseUrl = baseUrlOf(model);
    const call = {
      kind: "model",
      model: modelId,
      provider,
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...toCall(request),
    } as const;
    const { key, refused } = await agent.request(call);
    if (refused !== undefined) throw refused;
    const make = () => (model as unknown as Record<string, Make>)[method]!(request);
    const signal = read(request, "abortSignal") as AbortSignal | undefined;
    const answer = await makeCall(agent, key, make, signal);
    const usage = toUsage(answer);
    const result = count(answer);
    await agent.end(key, { status: "success", result, ...(usage === undefined ? {} : { usage }) });
    if (isBare) runs.answered(agent);
    return answer;
  };
  return withMethods(model, { [method]: ask });
}

type Make = (request: unknown) => PromiseLike<unknown>;

function toUsage(answer: unknown) {
  const usage = read(answer, "usage");
  const tokens = read(usage, "tokens");
  const embedded = tokens === undefined ? usage : { inputTokens: tokens, outputTokens: 0 };
  const metadata = read(answer, "providerMetadata");
  const figures = [embedded, read(metadata, "openrouter", "usage"), read(metadata, "gateway")];
  return usageOf(figures, [{ model: read(answer, "response", "modelId") }]);
}
