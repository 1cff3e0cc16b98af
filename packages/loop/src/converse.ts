import { askModel, useTool, type Breaker, type LoopAgent } from "@guard/core";
import type { LoopAnswer, LoopCall, LoopMessage, LoopTools, ModelClient } from "./model-client.ts";
import { untilAborted } from "./until-aborted.ts";

/** What {@link converse} needs. */
interface Conversation {
  readonly agent: LoopAgent;
  readonly breaker: Breaker;
  readonly model: ModelClient;
  readonly tools: LoopTools;
  readonly system: string;
  readonly task: string;
  readonly signal: AbortSignal | undefined;
}

/** An answer without calls. */
export type LastAnswer = Pick<LoopAnswer, "text" | "cutOff">;

/** Asks the model and runs its tools until it gives an answer without calls. */
export async function converse(of: Conversation): Promise<LastAnswer> {
  const { agent, breaker, model, tools, system } = of;
  const messages: LoopMessage[] = [{ role: "user", text: of.task }];
  for (;;) {
    of.signal?.throwIfAborted();
    const signal = AbortSignal.any([breaker.signal, ...(of.signal ? [of.signal] : [])]);
    const { provider, baseUrl } = model;
    const call = {
      kind: "model",
      model: model.model,
      ...(provider === undefined ? {} : { provider }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
      prompt: [system, messages],
    } as const;
    const send = () =>
      untilAborted(() => model.ask({ system, messages: [...messages], tools }, signal), signal);
    const { text, calls, asked, cutOff } = await askModel(agent, call, send, toAnswer, signal);
    if (calls.length === 0) return { text, cutOff };
    messages.push({ role: "assistant", text, calls: asked });
    for (const one of asked) {
      of.signal?.throwIfAborted();
      const run = () => untilAborted(() => runTool(tools, one, signal), signal);
      const result = await useTool(agent, { kind: "tool", ...one }, run, signal);
      messages.push({ role: "tool", callId: one.id, ...result });
    }
  }
}

/** What guard reads of an answer, and what the loop needs of it. */
function toAnswer(answer: LoopAnswer) {
  const { text, calls, usage, cutOff } = checked(answer);
  const ids = new Set<string>();
  const asked = calls.map((call) => {
    // A result belongs to the one call with its id. Some servers write no id, or the same id twice.
    const id = call.id && !ids.has(call.id) ? call.id : crypto.randomUUID();
    ids.add(id);
    return { ...call, id };
  });
  return {
    text,
    asked,
    usage,
    cutOff,
    calls: asked.map((call) => ({ kind: "tool", ...call }) as const),
  };
}

/** @throws {TypeError} for what is no answer */
function checked(answer: LoopAnswer | undefined): LoopAnswer {
  if (typeof answer?.text === "string" && Array.isArray(answer.calls)) return answer;
  throw new TypeError("model.ask must return { text, calls }: a text, and an array of tool calls");
}

function runTool(tools: LoopTools, { tool, args }: LoopCall, signal: AbortSignal): unknown {
  if (!Object.hasOwn(tools, tool)) throw new Error(`there is no tool "${tool}"`);
  return tools[tool]!.run(typeof args === "string" ? parsed(args) : args, signal);
}

/** Some models write no text at all for a tool without arguments. */
function parsed(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("the arguments are not JSON: the tool did not run");
  }
}
