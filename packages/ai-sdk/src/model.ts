import type { Outcome } from "@guard/core";
import {
  AnswerSoFar,
  makeCall,
  providerSaid,
  read,
  toFailure,
  withMethods,
} from "@guard/core/adapter";
import type { GuardedRun, LatestAnswers, ModelAnswer, Starting } from "@guard/core/adapter";
import { isForHuman } from "./approval.ts";
import type { CallRuns } from "./call-runs.ts";
import type { Place } from "./inside-run.ts";
import { paidWord, type Asking } from "./last-answer.ts";
import { tellMisplaced } from "./misplaced.ts";
import { hearsLostStreams, toErrorParts, toStream, withTold } from "./to-answer.ts";
import { asksAnew, isAsked, toAnswerShown, toModelCall, toUserMessages } from "./to-call.ts";
import type {
  Answer,
  Generate,
  GuardedModel,
  Part,
  Request,
  Stream,
  StreamedAnswer,
} from "./to-call.ts";
import { toLastAnswer, toLastParts } from "./to-last-answer.ts";
import { toModelAnswer, toShown } from "./to-outcome.ts";
import { toPieces } from "./to-pieces.ts";
import { toUsage } from "./to-usage.ts";

/** The same model, except that guard decides before each call, and judges each answer. */
export function guardModel<M extends GuardedModel>(
  model: M,
  answers: LatestAnswers,
  runs: CallRuns,
): M {
  const begin = async (request: Request): Promise<Work> => {
    const { prompt } = request;
    const { place, isInner } = runs;
    const latest = toAnswerShown(prompt);
    // Where guard knows the run, a new question is of this run, even if its history shows calls of an earlier one.
    const isKnown = place !== undefined && asksAnew(prompt);
    const agent = isKnown ? runs.agent() : answers.ofRequest(latest);
    runs.begins(agent.run as GuardedRun);
    tellMisplaced(agent, prompt, latest.calls, runs);
    const sent = { ...request, prompt: withTold(prompt, agent.told) };
    const users = toUserMessages(prompt);
    const started = await agent.request(toModelCall(model, sent), toShown(request, isInner));
    const ended = (error?: Error) => {
      if (!isInner) runs.answered(agent, error);
    };
    const isHeard = hearsLostStreams(sent);
    return { agent, model, sent, users, answers, runs, place, isHeard, ended, ...started };
  };
  return withMethods(model, {
    doGenerate: async (request: Request) => generate(await begin(request)),
    doStream: async (request: Request) => stream(await begin(request)),
  });
}

/** A model request, and guard's verdict on it. */
interface Work extends Asking, Starting {
  readonly users: readonly string[];
  readonly answers: LatestAnswers;
  readonly runs: CallRuns;
  readonly place: Place | undefined;
  /** Whether the promises of the result reject when the stream ends in an error. */
  readonly isHeard: boolean;
  /** Tells that the run has its last answer, or an error in place of the answer. */
  readonly ended: (error?: Error) => void;
}

async function generate(work: Work): Promise<Answer> {
  const { agent, key, model, sent, refused } = work;
  const endWith = async (error: Error, answer?: Answer) => {
    const last = await paidWord(work, error);
    work.ended(error);
    if (last === undefined) throw error;
    return toLastAnswer(model, answer, last);
  };
  if (refused !== undefined) return endWith(refused);
  const ask = () => (model.doGenerate as Generate)(sent);
  const answer = await makeCall(agent, key, ask, sent.abortSignal);
  const stop = await answered(work, toModelAnswer(answer.content, toUsage(answer)));
  return stop === undefined ? answer : endWith(stop, answer);
}

async function stream(work: Work): Promise<StreamedAnswer> {
  const { agent, key, model, sent, refused } = work;
  if (refused !== undefined) {
    const last = await paidWord(work, refused);
    work.ended(refused);
    const start = { type: "stream-start", warnings: [] };
    if (last !== undefined) {
      return { stream: toStream([start, ...toLastParts(model, [], undefined, last)]) };
    }
    const parts = stopParts(work, refused);
    return { stream: toStream([start, ...parts], work.isHeard ? refused : undefined) };
  }
  const ask = () => (model.doStream as Stream)(sent);
  const answer = await makeCall(agent, key, ask, sent.abortSignal);
  return { ...answer, stream: watched(work, answer.stream) };
}

/** The parts that tell of the stop at the end of a stream. */
function stopParts({ model, place, isHeard }: Work, stop: Error, finish?: Part): readonly Part[] {
  if (!isHeard && place !== undefined) place.stop = stop;
  return toErrorParts(model, stop, isHeard, finish);
}

/** Judges an answer. Returns the error if the answer stops the run. */
async function answered(work: Work, answer: ModelAnswer) {
  const { agent, key, model, users, answers, runs, ended } = work;
  const { calls } = answer;
  const said = await agent.answered(key, answer);
  const stop = said && isForHuman(agent.run as GuardedRun, model, calls, runs) ? undefined : said;
  // guard does not note an answer that stopped the run: the requests after it still belong to this run.
  if (stop === undefined) answers.note(agent, { calls, users });
  if (calls.length === 0) ended();
  return stop;
}

/**
 * Passes on the stream of an answer, and judges the calls of the answer before its `finish` part, at which AI SDK 7 starts the
 * tools. If the answer stops the run, the stream ends with the error or with the last word. The stream holds back the first
 * call and all parts after it until guard has judged: earlier versions may start a tool at once, and a chat can't go on from a
 * call without a result.
 */
function watched(work: Work, source: ReadableStream<Part>): ReadableStream<Part> {
  const { agent, key, model, sent, isHeard } = work;
  const reader = source.getReader();
  const seen: Part[] = [];
  const soFar = new AnswerSoFar();
  const held: Part[] = [];
  let servedModel: unknown;
  let isOver = false;
  let stopped: Error | undefined;

  const end = async (finish: Part | undefined) => {
    if (isOver) return;
    isOver = true;
    stopped = await answered(work, toModelAnswer(seen, toUsage(finish, servedModel, seen)));
  };
  const breakOff = async (failure?: Outcome) => {
    providerSaid(agent.run, key, failure);
    await agent.end(key, soFar.cutOff(failure));
  };

  /** The next part that is not held back. */
  const nextPart = async (): Promise<Part | undefined> => {
    for (;;) {
      const part = (await reader.read()).value;
      if (part === undefined || part.type === "finish") return part;
      if (part.type === "response-metadata") {
        servedModel = read(part, "modelId") ?? servedModel;
        soFar.hear([], toUsage(undefined, servedModel));
      }
      if (part.type === "error") providerSaid(agent.run, key, toFailure(read(part, "error")));
      soFar.hear(toPieces(part));
      if (part.type === "tool-call" || part.type === "tool-result") seen.push(part);
      if (part.type === "text-delta")
        seen.push({ type: "text", text: read(part, "delta") } as Part);
      if (held.length === 0 && !isAsked(part)) return part;
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
          await breakOff(toFailure(error, sent.abortSignal));
          throw error;
        }
        if (part !== undefined && part.type !== "finish") return controller.enqueue(part);
        await end(part);
        if (stopped === undefined) {
          for (const one of part === undefined ? held : [...held, part]) controller.enqueue(one);
          if (part === undefined) controller.close();
          held.length = 0;
          return undefined;
        }
        reader.cancel(stopped).catch(() => {});
        const last = await paidWord(work, stopped);
        work.ended(stopped);
        const kept = held.filter((one) => !isAsked(one));
        const parts = last ? toLastParts(model, seen, part, last) : stopParts(work, stopped, part);
        for (const one of [...kept, ...parts]) controller.enqueue(one);
        if (last !== undefined || !isHeard) controller.close();
        return undefined;
      },
      async cancel(reason) {
        await breakOff();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
