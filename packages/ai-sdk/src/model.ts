import type { Decision, Outcome } from "@guard/core";
import type { Run } from "./run.ts";
import { toErrorPart, toErrorStream, withTold } from "./to-answer.ts";
import { toAsked } from "./to-call.ts";
import type { Answer, GuardedModel, Part, Request, StreamedAnswer } from "./to-call.ts";
import { toAnswered, toBroken, toFailure } from "./to-outcome.ts";
import { read, toUsage } from "./to-usage.ts";

type Generate = (request: Request) => PromiseLike<Answer>;
type Stream = (request: Request) => PromiseLike<StreamedAnswer>;

/** The same model, except that guard is asked before and after each of its calls. */
export function guardModel<M extends GuardedModel>(model: M, runNow: () => Run): M {
  const doGenerate: Generate = (request) => generate(runNow(), model, request);
  const doStream: Stream = (request) => stream(runNow(), model, request);
  const own = new Map<PropertyKey, unknown>([
    ["doGenerate", doGenerate],
    ["doStream", doStream],
  ]);
  // The model's getters and methods are run on the model itself: they may use private fields.
  return new Proxy(model, {
    get(target, key) {
      const value: unknown = own.get(key) ?? Reflect.get(target, key, target);
      const isMethod = typeof value === "function" && !own.has(key) && key !== "constructor";
      return isMethod ? value.bind(target) : value;
    },
  });
}

async function generate(run: Run, model: GuardedModel, request: Request): Promise<Answer> {
  const sent = telling(run, request);
  const decision = await run.askModel(model, request, sent);
  const answer = await made(run, decision, request, () => (model.doGenerate as Generate)(sent));
  await run.settle(decision, toAnswered(answer.content, toUsage(answer)));
  const stop = await run.askTools(toAsked(answer.content));
  if (stop !== undefined) throw stop;
  return answer;
}

async function stream(run: Run, model: GuardedModel, request: Request): Promise<StreamedAnswer> {
  const sent = telling(run, request);
  let decision: Decision;
  try {
    decision = await run.askModel(model, request, sent);
  } catch (error) {
    return { stream: toErrorStream(error as Error) };
  }
  const answer = await made(run, decision, request, () => (model.doStream as Stream)(sent));
  return { ...answer, stream: watched(run, decision, answer.stream) };
}

function telling(run: Run, request: Request): Request {
  return { ...request, prompt: withTold(request.prompt, run.told) };
}

/** Makes a call. A call that fails is told at once. */
async function made<T>(
  run: Run,
  decision: Decision,
  { abortSignal }: Request,
  call: () => PromiseLike<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    await run.settle(decision, toFailure(error, abortSignal));
    throw error;
  }
}

interface Delta extends Part {
  readonly delta: string;
}

/**
 * The stream of an answer, passed on as it is. Before its `finish` part, at which the AI SDK starts the
 * tools, guard is asked for what the answer asks for; if that stops the run the stream ends in an error.
 */
function watched(run: Run, decision: Decision, source: ReadableStream<Part>): ReadableStream<Part> {
  const reader = source.getReader();
  const seen: Part[] = [];
  let servedModel: unknown;
  let isOver = false;
  let stopped: Error | undefined;

  const end = async (outcome: Outcome) => {
    if (isOver) return;
    isOver = true;
    await run.settle(decision, outcome);
    if (outcome.status === "success") stopped = await run.askTools(toAsked(seen));
  };

  return new ReadableStream<Part>(
    {
      async pull(controller) {
        if (stopped !== undefined) return controller.error(stopped);
        let part: Part | undefined;
        try {
          part = (await reader.read()).value;
        } catch (error) {
          await end(toBroken(toUsage(undefined, servedModel)));
          throw error;
        }
        if (part === undefined || part.type === "finish") {
          await end(toAnswered(seen, toUsage(part, servedModel)));
        } else if (part.type === "response-metadata") {
          servedModel = read(part, "modelId") ?? servedModel;
        } else if (part.type === "tool-call") seen.push(part);
        else if (part.type === "text-delta") {
          seen.push({ type: "text", text: (part as Delta).delta } as Part);
        }
        if (stopped !== undefined) {
          controller.enqueue(toErrorPart(stopped));
          reader.cancel(stopped).catch(() => {});
        } else if (part === undefined) controller.close();
        else controller.enqueue(part);
      },
      async cancel(reason) {
        await end(toBroken(toUsage(undefined, servedModel)));
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
