import { findCircuitOpen, findCircuitRefusal } from "@guard/core";
import {
  checkName,
  lastWord,
  makeCall,
  providerSaid,
  streamCall,
  withMethods,
  textsOf,
} from "@guard/core/adapter";
import type {
  Model,
  ModelProvider,
  ModelRequest,
  ModelResponse,
  StreamEvent,
} from "@openai/agents";
import { offersQuestion, toQuestion, turnedDown, withoutQuestions } from "./ask-tool.ts";
import { asking, guarded } from "./asking.ts";
import { check } from "./check-argument.ts";
import { toEnd, toLastAnswer, toLastRequest, withTold, type Last } from "./to-answer.ts";
import { toModelCall } from "./to-call.ts";
import { toModelAnswer, toShown, type Answer } from "./to-outcome.ts";
import { providerOf } from "./provider-of.ts";
import { toPieces } from "./to-pieces.ts";

/** A trip is never retried, nor is a refusal of a failure circuit. */
const veto = { suggested: false, replaySafety: "unsafe", normalized: { isAbort: true } } as const;

const done = (response: Last): StreamEvent => ({ type: "response_done", response });

/**
 * Gives a model object the name that finds its price, or guards a model that your own code asks inside a tool. **You rarely
 * need it**: `guardRunner(Runner, registry)` finds the models of all agents.
 *
 * The model is guarded inside guarded runs only.
 *
 * @param model a model object. guard finds models that you only name
 * @param name the name by which guard finds the price. Default: the name in the model's answers
 * @param provider the name by which guard finds the failure circuit, as in `registry.circuit("openai")`. Default: `openai`
 *   for the SDK's own models, none for others
 * @returns a model of the same type that stands for the given one
 * @throws {OptionsError} for what is not a model object
 *
 * @example
 * const agent = new Agent({ name: "writer", model: guardModel(aisdk(openai("gpt-5-mini")), "gpt-5-mini", "openai") });
 */
export function guardModel<M extends Model>(model: M, name?: string, provider?: string): M {
  check("model", model);
  checkName(name, "name", 'Write guardModel(model, "gpt-5-mini").');
  checkName(provider, "provider", 'Write guardModel(model, "gpt-5-mini", "openai").');
  if (guarded.has(model)) return model;
  const asked = { name, ...(provider === undefined ? providerOf(model) : { provider }) };

  const begin = async (request: ModelRequest) => {
    const { agent, isUsers = false } = asking() ?? {};
    if (agent === undefined) return undefined;
    const { run } = agent;
    const own = withoutQuestions(request);
    const sent = withTold(own, agent.told);

    /** The last answer of a stopped run, or its question to a human. Throws where the run ends with an error. */
    const endWith = async (error: Error, answer?: Answer): Promise<Last> => {
      // An agent inside a tool leaves the question to the agent that has called the tool.
      const mayAsk = offersQuestion(request) && !run.isToolUnderWay;
      if (run.breaker.onTrip === "ask" && mayAsk && run.latch.isStop(error)) {
        run.latch.answered = true;
        return toEnd(toQuestion(run, error.text, answer), answer?.usage);
      }
      const last = await lastWord(agent, error, (stop) => {
        const words = toLastRequest(sent, textsOf(run).lastCall(stop.report));
        const make = () => model.getResponse(words);
        const { signal } = sent;
        return { call: toModelCall(asked, words), make, toAnswer: toModelAnswer, signal };
      });
      if (last === undefined) throw error;
      return toLastAnswer(answer, last);
    };

    const text = turnedDown(request, run);
    if (text !== undefined) {
      run.latch.answered = true;
      return { agent, sent, endWith, key: "", ended: toLastAnswer(undefined, { text }) };
    }
    const { key, refused } = await agent.request(toModelCall(asked, sent), toShown(own, isUsers));
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

  /** A stop comes after the answer's last event: the SDK then knows what the answer has used, and no tool has started. */
  async function* getStreamedResponse(request: ModelRequest): AsyncGenerator<StreamEvent> {
    const begun = await begin(request);
    if (begun === undefined) return yield* model.getStreamedResponse(withoutQuestions(request));
    const { agent, sent, endWith, key, ended } = begun;
    if (ended !== undefined) return yield done(ended);
    const events = model.getStreamedResponse(sent);
    const isAborted = () => sent.signal?.aborted === true;
    for await (const event of streamCall(agent, key, events, toPieces, sent.signal)) {
      const answer = event.type === "response_done" ? event.response : undefined;
      // After an abort the SDK makes an answer of the part that has come.
      if (isAborted()) providerSaid(agent.run, key, { status: "ignored" });
      const stop = answer && (await agent.answered(key, toModelAnswer(answer)));
      const last = stop && (await endWith(stop, answer).catch(() => undefined));
      yield last === undefined ? event : done(last);
      if (stop !== undefined && last === undefined) throw stop;
    }
  }

  const getRetryAdvice: NonNullable<Model["getRetryAdvice"]> = (failed) => {
    const own = findCircuitOpen(failed.error) ?? findCircuitRefusal(failed.error);
    return own === undefined ? model.getRetryAdvice?.(failed) : veto;
  };
  const own = withMethods(model, { getResponse, getStreamedResponse, getRetryAdvice });
  guarded.add(own);
  return own;
}

/**
 * Guards all models of a provider that your own code asks inside a tool. **You rarely need it**:
 * `guardRunner(Runner, registry)` finds the providers of all runners.
 *
 * The models are guarded inside guarded runs only.
 *
 * @returns a provider of the same type that stands for the given one
 * @throws {OptionsError} for what is not a model provider
 *
 * @example
 * const provider = guardModelProvider(new OpenAIProvider());
 * const model = await provider.getModel("gpt-5-mini"); // ask it inside a tool
 */
export function guardModelProvider<P extends ModelProvider>(provider: P): P {
  check("provider", provider);
  if (guarded.has(provider)) return provider;
  const getModel = async (name?: string) =>
    guardModel(await provider.getModel(name), name || undefined);
  const own = withMethods(provider, { getModel });
  guarded.add(own);
  return own;
}
