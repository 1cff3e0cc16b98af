import type { ModelCall } from "@guard/core";
import { read } from "@guard/core/adapter";
import type { ModelRequest } from "./model-call.ts";
import { toModelCall, toPrompt } from "./to-call.ts";

/**
 * A model call that costs no more than the one which the handler will hear of: of the same model, with the messages of
 * the request. Where another middleware may still change the request, or the model does not tell its name, it is a
 * call that costs nothing.
 */
export async function leastCall(
  id: string,
  { model, modelSettings = {}, messages, systemMessage }: ModelRequest,
  isNearest: boolean,
): Promise<ModelCall> {
  const free: ModelCall = { kind: "model", id, estimate: {} };
  if (!isNearest) return free;
  try {
    const asked = await instanceOf(model);
    const parameters = { invocation_params: asked.invocationParams(modelSettings) };
    const prompt = () => toPrompt([systemMessage, ...messages]);
    const call = toModelCall(id, prompt, { ...asked.getLsParams(modelSettings) }, parameters);
    return call.model === undefined ? free : call;
  } catch {
    return free;
  }
}

/** What LangChain's chat models tell of their next call. */
interface TellingModel {
  getLsParams(options: object): object;
  invocationParams(options: object): unknown;
}

/** A model given by its name makes its real one when it is first asked. */
async function instanceOf(model: object): Promise<TellingModel> {
  const make = read(model, "_getModelInstance");
  return (typeof make === "function" ? await make.call(model) : model) as TellingModel;
}
