import type { ModelCall } from "@guard/core";
import { read } from "@guard/core/adapter";
import type { ModelRequest } from "./model-call.ts";
import { toModelCall, toPrompt } from "./to-call.ts";

/**
 * A model call that costs no more than the call that LangChain is about to start: guard must not refuse a call that the
 * handler would let through. It has the same model and the same messages. If another middleware may still change the
 * request, or if the model does not tell its name, the call costs nothing.
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
    // LangChain does not send an empty system message.
    const sent = systemMessage.text === "" ? messages : [systemMessage, ...messages];
    const prompt = () => toPrompt(sent);
    const call = toModelCall(id, prompt, { ...asked.getLsParams(modelSettings) }, parameters);
    return call.model === undefined ? free : call;
  } catch {
    return free;
  }
}

/** The methods by which LangChain's chat models describe their next call. */
interface TellingModel {
  getLsParams(options: object): object;
  invocationParams(options: object): unknown;
}

/** The model that LangChain calls. A model that the user gave by its name makes that model later. */
async function instanceOf(model: object): Promise<TellingModel> {
  const make = read(model, "_getModelInstance");
  return (typeof make === "function" ? await make.call(model) : model) as TellingModel;
}
