import { findCircuitOpen } from "@guard/core";
import { lastWord, makeCall, streamCall, withMethods, textsOf } from "@guard/core/adapter";
import type {
  Model,
  ModelProvider,
  ModelRequest,
  ModelResponse,
  StreamEvent,
} from "@openai/agents";
import { offersQuestion, toQuestion, turnedDown, withoutQuestions } from "./ask-tool.ts";
import { asking, guarded } from "./asking.ts";
import { toEnd, toLastAnswer, toLastRequest, withTold, type Last } from "./to-answer.ts";
import { toModelCall } from "./to-call.ts";
import { toModelAnswer, toShown, type Answer } from "./to-outcome.ts";
import { toPieces } from "./to-pieces.ts";

/** A trip is never retried. */
const veto = { suggested: false, replaySafety: "unsafe", normalized: { isAbort: true } } as const;

const done = (response: Last): StreamEvent => ({ type: "response_done", response });

/**
 * The same model, guarded in a guarded runner's runs. For agents behind `asTool()` and for your own tools that ask a
 * model: the runner finds all others.
 *
 * @param name finds prices. Default: what the model's answers say
 *
 * @example
 * const model = guardModel(aisdk(openai("gpt-5-mini")), "gpt-5-mini");
 */
export function guardModel<M extends Model>(model: M, name?: string): M {
  if (guarded.has(model)) return model;

  const begin = async (request: ModelRequest) => {
    const { agent, isUsers = false } = asking() ?? {};
    if (agent === undefined) return undefined;
    const { run } = agent;
    const own = withoutQuestions(request);
    const sent = withTold(own, agent.told);

    /** What a stopped run ends with, or asks a human. Throws the stop where the run ends with that. */
    const endWith = async (error: Error, answer?: Answer): Promise<Last> => {
      // An agent inside a tool leaves the question to the agent that has called the tool.
      const mayAsk = offersQuestion(request) && !run.isToolUnderWay;
      if (run.breaker.onTrip === "ask" && mayAsk && run.latch.isStop(error)) {
        run.latch.answered = true;
        return toEnd(toQuestion(run, error.text, answer), answer?.usage);
      }
      const last = await lastWord(agent, error, (stop) => {
        const asked = toLastRequest(sent, textsOf(run).lastCall(stop.report));
        const make = () => model.getResponse(asked);
        const { signal } = sent;
        return { call: toModelCall(name, asked), make, toAnswer: toModelAnswer, signal };
      });
      if (last === undefined) throw error;
      return toLastAnswer(answer, last);
    };

    const text = turnedDown(request, run);
    if (text !== undefined) {
      run.latch.answered = true;
      return { agent, sent, endWith, key: "", ended: toLastAnswer(undefined, { text }) };
    }
    const { key, refused } = await agent.request(toModelCall(name, sent), toShown(own, isUsers));
    const ended = refused && (await endWith(refused));
    return { agent, sent, endWith, key, ended };
  };

  const getResponse = async (request: ModelRequest): Promise<ModelResponse> => {
    const begun = await begin(request);
    if (begun === undefined) return model.getResponse(withoutQuestions(request));
    const { agent, sent, endWith, key, ended } = begun;
    if (ended !== undefined) return ended;
    const answer = await makeCall(agent, key, () => model.getResponse(sent), sent.signal);
    const stop = await agent.answered(key, toModelAnswer(answer));
    return stop === undefined ? answer : endWith(stop, answer);
  };

  /** The stop is said after the answer's last event, which books what it has used: no tool has started by then. */
  async function* getStreamedResponse(request: ModelRequest): AsyncGenerator<StreamEvent> {
    const begun = await begin(request);
    if (begun === undefined) return yield* model.getStreamedResponse(withoutQuestions(request));
    const { agent, sent, endWith, key, ended } = begun;
    if (ended !== undefined) return yield done(ended);
    const events = model.getStreamedResponse(sent);
    for await (const event of streamCall(agent, key, events, toPieces, sent.signal)) {
      const answer = event.type === "response_done" ? event.response : undefined;
      const stop = answer && (await agent.answered(key, toModelAnswer(answer)));
      const last = stop && (await endWith(stop, answer).catch(() => undefined));
      yield last === undefined ? event : done(last);
      if (stop !== undefined && last === undefined) throw stop;
    }
  }

  const getRetryAdvice: NonNullable<Model["getRetryAdvice"]> = (failed) =>
    findCircuitOpen(failed.error) === undefined ? model.getRetryAdvice?.(failed) : veto;
  const own = withMethods(model, { getResponse, getStreamedResponse, getRetryAdvice });
  guarded.add(own);
  return own;
}

/**
 * The same provider, whose models are guarded in a guarded runner's runs. For what asks it beside the runner: the
 * `runConfig` of `asTool()`, or `setDefaultModelProvider` where a tool calls the SDK's own `run`.
 *
 * @example
 * setDefaultModelProvider(guardModelProvider(new OpenAIProvider()));
 */
export function guardModelProvider<P extends ModelProvider>(provider: P): P {
  if (guarded.has(provider)) return provider;
  const getModel = async (name?: string) => guardModel(await provider.getModel(name), name);
  const own = withMethods(provider, { getModel });
  guarded.add(own);
  return own;
}
