// The mock models of AI SDK 5 under the names of those of AI SDK 7. What they answer is put into the words of V2.
import { MockLanguageModelV2 } from "ai/test";

export * from "ai/test";

type Options = NonNullable<ConstructorParameters<typeof MockLanguageModelV2>[0]>;
type Model = InstanceType<typeof MockLanguageModelV2>;
type Params = Parameters<Model["doGenerate"]>[0];
type Answer = Awaited<ReturnType<Model["doGenerate"]>>;
type Streamed = Awaited<ReturnType<Model["doStream"]>>;
type Part = Streamed["stream"] extends ReadableStream<infer P> ? P : never;
type Method<T> = T | readonly T[] | ((params: Params) => PromiseLike<T>);

/** Words that V4 has in groups. */
interface Grouped {
  readonly finishReason?: unknown;
  readonly usage?: unknown;
}

export class MockLanguageModelV4 extends MockLanguageModelV2 {
  constructor({ doGenerate, doStream, ...rest }: Options = {}) {
    super({
      ...rest,
      ...(doGenerate === undefined ? {} : { doGenerate: mapped(doGenerate, toFlat<Answer>) }),
      ...(doStream === undefined ? {} : { doStream: mapped(doStream, toFlatStream) }),
    });
  }
}

/** Models of the specification before have the same words here. */
export { MockLanguageModelV4 as MockLanguageModelV3 };

function mapped<T>(method: Method<T>, map: (answer: T) => T): (params: Params) => Promise<T> {
  let calls = 0;
  return async (params) => {
    if (typeof method === "function") {
      return map(await (method as (params: Params) => PromiseLike<T>)(params));
    }
    return map(Array.isArray(method) ? method[calls++]! : method);
  };
}

function toFlatStream(answer: Streamed): Streamed {
  const transform = new TransformStream<Part, Part>({
    transform: (part, controller) => controller.enqueue(toFlat(part)),
  });
  return { ...answer, stream: answer.stream.pipeThrough(transform) };
}

function toFlat<T>(answer: T & Grouped): T {
  const { finishReason, usage } = answer;
  return {
    ...answer,
    ...(isObject(finishReason) ? { finishReason: finishReason["unified"] } : {}),
    ...(isObject(usage) ? { usage: toFlatUsage(usage) } : {}),
  };
}

function toFlatUsage({ inputTokens, outputTokens, ...rest }: Readonly<Record<string, unknown>>) {
  if (!isObject(inputTokens) || !isObject(outputTokens)) {
    return { inputTokens, outputTokens, ...rest };
  }
  const totalOf = (tokens: typeof inputTokens) =>
    Object.getOwnPropertyDescriptor(tokens, "total")?.value as number | undefined;
  const [input, output] = [totalOf(inputTokens), totalOf(outputTokens)];
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: (input ?? 0) + (output ?? 0),
    cachedInputTokens: inputTokens["cacheRead"],
    reasoningTokens: outputTokens["reasoning"],
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
