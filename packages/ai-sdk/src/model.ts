import type { Decision, Outcome } from "@guard/core";
import { read } from "@guard/core/adapter";
import { lastWord } from "./last-answer.ts";
import type { Run } from "./run.ts";
import { toErrorPart, toErrorStream, withTold } from "./to-answer.ts";
import { isAsked, toAsked } from "./to-call.ts";
import type { Answer, GuardedModel, Part, Request, StreamedAnswer } from "./to-call.ts";
import { toLastAnswer, toLastParts, toStream } from "./to-last-answer.ts";
import { toAnswered, toBroken } from "./to-outcome.ts";
import { toUsage } from "./to-usage.ts";

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
  let answer: Answer | undefined;
  try {
    const decision = await run.askModel(model, request, sent);
    answer = await run.make(decision, request, () => (model.doGenerate as Generate)(sent));
    await run.settle(decision, toAnswered(answer.content, toUsage(answer)));
    const stop = await run.askTools(toAsked(answer.content));
    if (stop !== undefined) throw stop;
    return answer;
  } catch (error) {
    const last = await lastWord(run, model, sent, error);
    if (last === undefined) throw error;
    return toLastAnswer(model, answer, last);
  }
}

async function stream(run: Run, model: GuardedModel, request: Request): Promise<StreamedAnswer> {
  const sent = telling(run, request);
  let decision: Decision;
  try {
    decision = await run.askModel(model, request, sent);
  } catch (error) {
    const last = await lastWord(run, model, sent, error);
    if (last === undefined) return { stream: toErrorStream(error as Error) };
    const start = { type: "stream-start", warnings: [] };
    return { stream: toStream([start, ...toLastParts(model, [], undefined, last)]) };
  }
  const answer = await run.make(decision, request, () => (model.doStream as Stream)(sent));
  const lastParts: LastParts = async (error, said, finish) => {
    const last = await lastWord(run, model, sent, error);
    return last && toLastParts(model, said, finish, last);
  };
  return { ...answer, stream: watched(run, decision, answer.stream, lastParts) };
}

function telling(run: Run, request: Request): Request {
  return { ...request, prompt: withTold(request.prompt, run.told) };
}

interface Delta extends Part {
  readonly delta: string;
}

/** The parts that end a stopped run after what its model has said; `undefined` where it ends in the error. */
type LastParts = (
  error: Error,
  said: readonly Part[],
  finish: Part | undefined,
) => Promise<readonly Part[] | undefined>;

/**
 * The stream of an answer, passed on as it is. Before its `finish` part, at which the AI SDK starts the
 * tools, guard is asked for what the answer asks for. If that stops the run the stream ends in an error;
 * where a run can end with last words, the calls of an answer are held back until that is known.
 */
function watched(
  run: Run,
  decision: Decision,
  source: ReadableStream<Part>,
  lastParts: LastParts,
): ReadableStream<Part> {
  const reader = source.getReader();
  const seen: Part[] = [];
  const held: Part[] = [];
  const holds = run.onTrip !== "throw";
  let servedModel: unknown;
  let isOver = false;
  let stopped: Error | undefined;

  const end = async (outcome: Outcome) => {
    if (isOver) return;
    isOver = true;
    await run.settle(decision, outcome);
    if (outcome.status === "success") stopped = await run.askTools(toAsked(seen));
  };

  /** The next part; calls that are held back are passed over. */
  const nextPart = async (): Promise<Part | undefined> => {
    for (;;) {
      const part = (await reader.read()).value;
      if (part === undefined || part.type === "finish") return part;
      if (part.type === "response-metadata") servedModel = read(part, "modelId") ?? servedModel;
      if (part.type === "tool-call") seen.push(part);
      if (part.type === "text-delta") {
        seen.push({ type: "text", text: (part as Delta).delta } as Part);
      }
      if (!holds || !isAsked(part)) return part;
      held.push(part);
    }
  };

  return new ReadableStream<Part>(
    {
      async pull(controller) {
        if (stopped !== undefined) return controller.error(stopped);
        let part: Part | undefined;
        try {
          part = await nextPart();
        } catch (error) {
          await end(toBroken(toUsage(undefined, servedModel)));
          throw error;
        }
        if (part !== undefined && part.type !== "finish") return controller.enqueue(part);
        await end(toAnswered(seen, toUsage(part, servedModel)));
        if (stopped === undefined) {
          for (const one of part === undefined ? held : [...held, part]) controller.enqueue(one);
          if (part === undefined) controller.close();
          held.length = 0;
          return undefined;
        }
        reader.cancel(stopped).catch(() => {});
        const last = await lastParts(stopped, seen, part);
        for (const one of last ?? [toErrorPart(stopped)]) controller.enqueue(one);
        if (last !== undefined) controller.close();
        return undefined;
      },
      async cancel(reason) {
        await end(toBroken(toUsage(undefined, servedModel)));
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
