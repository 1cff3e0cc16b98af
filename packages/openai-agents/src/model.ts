import { findCircuitOpen } from "@guard/core";
import { lastWord, makeCall, streamCall, withMethods, type Agent } from "@guard/core/adapter";
import type { Model, ModelRequest, ModelResponse, StreamEvent } from "@openai/agents-core";
import { asking, guarded } from "./asking.ts";
import { toLastAnswer, toLastRequest, withTold, type Last } from "./to-answer.ts";
import { toModelCall } from "./to-call.ts";
import { toModelAnswer, toShown, type Answer } from "./to-outcome.ts";
import { toPieces } from "./to-pieces.ts";

/** A trip is never retried. */
const veto = { suggested: false, replaySafety: "unsafe", normalized: { isAbort: true } } as const;

const done = (response: Last): StreamEvent => ({ type: "response_done", response });

/** The same model, guarded in a guarded runner's runs. `name` finds prices. Default: what its answers say. */
export function guardModel<M extends Model>(model: M, name?: string): M {
  if (guarded.has(model)) return model;

  const begin = async (request: ModelRequest) => {
    const { agent, isUsers = false } = asking() ?? {};
    if (agent === undefined) return undefined;
    const sent = withTold(request, agent.told);
    const shown = toShown(request, isUsers);
    const { key, refused } = await agent.request(toModelCall(name, sent), shown);
    const answered = (answer: Answer) => agent.answered(key, toModelAnswer(answer));
    return { agent, sent, key, refused, answered };
  };

  /** The answer that a stopped run ends with. Throws the stop where the run ends with that. */
  const endWith = async (agent: Agent, sent: ModelRequest, error: Error, answer?: Answer) => {
    const last = await lastWord(agent, error, (stop) => {
      const request = toLastRequest(sent, stop);
      const make = () => model.getResponse(request);
      const { signal } = sent;
      return { call: toModelCall(name, request), make, toAnswer: toModelAnswer, signal };
    });
    if (last === undefined) throw error;
    return toLastAnswer(answer, last);
  };

  const getResponse = async (request: ModelRequest): Promise<ModelResponse> => {
    const begun = await begin(request);
    if (begun === undefined) return model.getResponse(request);
    const { agent, sent, key, refused, answered } = begun;
    const ask = () => model.getResponse(sent);
    const answer = refused ? undefined : await makeCall(agent, key, ask, sent.signal);
    const stop = answer === undefined ? refused : await answered(answer);
    return stop === undefined ? answer! : endWith(agent, sent, stop, answer);
  };

  /** The stop is said after the answer's last event, which books what it has used: no tool has started by then. */
  async function* getStreamedResponse(request: ModelRequest): AsyncGenerator<StreamEvent> {
    const begun = await begin(request);
    if (begun === undefined) return yield* model.getStreamedResponse(request);
    const { agent, sent, key, refused, answered } = begun;
    if (refused !== undefined) return yield done(await endWith(agent, sent, refused));
    const events = model.getStreamedResponse(sent);
    for await (const event of streamCall(agent, key, events, toPieces, sent.signal)) {
      const answer = event.type === "response_done" ? event.response : undefined;
      const stop = answer && (await answered(answer));
      const last = stop && (await endWith(agent, sent, stop, answer).catch(() => undefined));
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
