import {
  baseUrlOf,
  isAsked,
  toLastParts,
  toLastRequest,
  toModelAnswer,
  toModelCall,
  toPieces,
  toStream,
  toUsage,
  withTold,
  type Answer,
  type GuardedModel,
  type Part,
  type Request,
} from "@guard/ai-sdk/codec";
import type { CircuitOpenError, Outcome } from "@guard/core";
import {
  AnswerSoFar,
  currentScope,
  lastWord,
  makeCall,
  providerSaid,
  read,
  toFailure,
  withMethods,
  textsOf,
} from "@guard/core/adapter";
import type { Agent, LastWord } from "@guard/core/adapter";
import { routerNow } from "./network.ts";
import { toMastraShown } from "./to-shown.ts";

/** What Mastra's models return for `doGenerate` and for `doStream`. */
interface Streamed {
  readonly stream: ReadableStream<Part>;
}

type Ask = (request: Request) => Promise<Streamed>;

/** A request in flight. */
interface Work {
  readonly agent: Agent;
  readonly model: GuardedModel;
  /** The request as the model reads it, with guard's notes. */
  readonly sent: Request;
  readonly key: string;
}

const guarded = new WeakSet<object>();

/**
 * The guarded model. Inside a guarded run, guard judges each call before it is paid for: calls of retries, fallback models
 * and structured output, too. A refused call gets an empty answer. Then the processor trips Mastra's wire.
 *
 * @param given what the agent's configuration names as the model: Mastra's own object hides its address
 */
export function guardModel<M extends GuardedModel>(model: M, agentId: string, given: unknown): M {
  const isLegacy = model.specificationVersion === "v1"; // Mastra asks such a model by other methods
  if (isLegacy || guarded.has(model)) return model;
  const baseUrl = addressIn(given);
  const address = baseUrl === undefined ? {} : { baseUrl };
  const asking = (method: "doGenerate" | "doStream") => async (request: Request) => {
    const ask: Ask = (sent) => (model[method] as Ask)(sent);
    const scope = currentScope();
    if (scope === undefined) return ask(request);
    const { run, instance } = scope;
    const agent = run.agent(agentId, instance);
    const sent = { ...request, prompt: withTold(request.prompt, agent.told) };
    const shown = toMastraShown(request, instance !== undefined);
    const { key, refused } = await agent.request(
      { ...toModelCall(model, sent), ...address },
      shown,
    );
    const work = { agent, model, sent, key };
    if (refused !== undefined) return { stream: await refusal(work, refused) };
    const answer = await makeCall(agent, key, () => ask(sent), sent.abortSignal);
    return Object.create(Object.getPrototypeOf(answer) as object | null, {
      ...Object.getOwnPropertyDescriptors(answer),
      stream: { value: watched(work, answer.stream), enumerable: true, configurable: true },
    }) as Streamed;
  };
  const own = withMethods(model, {
    doGenerate: asking("doGenerate"),
    doStream: asking("doStream"),
  });
  guarded.add(own);
  return own;
}

/** The address in the configuration of a model: the model's own, or the `url` of an OpenAI-compatible server. */
function addressIn(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const url = read(given, "url");
  return typeof url === "string" ? url : baseUrlOf(given);
}

/** The answer to a refused request: the last text, or an empty answer if the tripwire tells of the stop. */
async function refusal(work: Work, refused: Error): Promise<ReadableStream<Part>> {
  const { agent, model } = work;
  if (!agent.run.latch.isStop(refused)) throw refused;
  const last = (await paidWord(work, refused)) ?? { text: "", code: refused.code };
  return toStream([
    { type: "stream-start", warnings: [] } as Part,
    ...toLastParts(model, [], undefined, last),
  ]);
}

/** The last text of a stopped run. `undefined` if the tripwire or a human ends the run. */
async function paidWord(
  { agent, model, sent }: Work,
  stop: CircuitOpenError,
): Promise<LastWord<Answer> | undefined> {
  const { run } = agent;
  const { onTrip } = run.breaker;
  if (onTrip !== "wind-down" && onTrip !== "finish") return undefined;
  // guard's own text is no object for `structuredOutput`, and routes no network.
  const wantsObject = read(sent, "responseFormat", "type") === "json";
  if (routerNow() !== undefined || (wantsObject && onTrip === "finish")) return undefined;
  const last = await lastWord(agent, stop, () => {
    const request = toLastRequest(sent, textsOf(run).lastCall(stop.report));
    return {
      call: toModelCall(model, request),
      make: async () => wholeOf(await partsOf(await (model.doStream as Ask)(request))),
      toAnswer: answerOf,
      signal: sent.abortSignal,
    };
  });
  if (last === undefined || !wantsObject || isJson(last.text)) return last;
  run.latch.answered = false;
  return undefined;
}

async function partsOf({ stream }: Streamed): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

const isFinish = ({ type }: Part) => type === "finish";

/** Whether a part is a call that the answer asks for, or a piece of one. */
const isOfCall = (part: Part) => isAsked(part) || part.type.startsWith("tool-input-");

/** The texts, calls and results in the parts of a stream. */
function contentOf(parts: readonly Part[]): readonly Part[] {
  return parts.flatMap((part): Part[] => {
    const { type } = part;
    if (type === "text-delta") return [{ type: "text", text: read(part, "delta") } as Part];
    return type === "tool-call" || type === "tool-result" ? [part] : [];
  });
}

/** The whole answer, put together from the parts of its stream. */
function wholeOf(parts: readonly Part[]): Answer {
  const named = parts.findLast((part) => read(part, "modelId") !== undefined);
  const response = { modelId: read(named, "modelId") };
  return Object.assign({ ...parts.find(isFinish), response }, { content: contentOf(parts) });
}

function answerOf(answer: Answer) {
  return toModelAnswer(answer.content, toUsage(answer));
}

/**
 * Passes the stream of an answer on, and judges the calls of the answer at its end. If `onTrip` ends a run with a last text,
 * guard holds the calls back until it has judged them.
 */
function watched(work: Work, source: ReadableStream<Part>): ReadableStream<Part> {
  const { agent, key, model, sent } = work;
  const { onTrip } = agent.run.breaker;
  const holds = onTrip === "finish" || onTrip === "wind-down";
  const reader = source.getReader();
  const parts: Part[] = [];
  const held: Part[] = [];
  const soFar = new AnswerSoFar();
  let isOver = false;

  const hear = (part: Part) => {
    parts.push(part);
    if (part.type === "error") providerSaid(agent.run, key, toFailure(read(part, "error")));
    const servedModel = part.type === "response-metadata" ? read(part, "modelId") : undefined;
    soFar.hear(
      toPieces(part),
      servedModel === undefined ? undefined : toUsage(undefined, servedModel),
    );
  };
  const breakOff = async (failure?: Outcome) => {
    providerSaid(agent.run, key, failure);
    await agent.end(key, soFar.cutOff(failure));
  };
  /** The last parts, once the answer is whole. */
  const ending = async (): Promise<readonly Part[]> => {
    isOver = true;
    const finish = parts.filter(isFinish);
    const stop = await agent.answered(key, answerOf(wholeOf(parts)));
    const last = stop && (await paidWord(work, stop));
    if (last === undefined) return [...held, ...finish];
    const others = held.filter((part) => !isOfCall(part));
    return [...others, ...toLastParts(model, contentOf(parts), finish[0], last)];
  };

  return new ReadableStream<Part>(
    {
      async pull(controller) {
        try {
          for (;;) {
            const { done, value } = await reader.read();
            if (value !== undefined) hear(value);
            if (done) {
              if (!isOver) for (const part of await ending()) controller.enqueue(part);
              return controller.close();
            }
            if (isFinish(value)) {
              for (const part of await ending()) controller.enqueue(part);
              return undefined;
            }
            // A call comes in pieces, so everything after its first piece waits, too.
            const isHeld = holds && (held.length > 0 || isOfCall(value));
            if (!isHeld) return controller.enqueue(value);
            held.push(value);
          }
        } catch (error) {
          await breakOff(toFailure(error, sent.abortSignal));
          throw error;
        }
      },
      async cancel(reason) {
        await breakOff();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
