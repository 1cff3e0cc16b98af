import {
  askModel,
  asRun,
  checkSpec,
  createBreaker,
  findCircuitOpen,
  OptionsError,
  useTool,
  type Breaker,
  type CircuitOpenError,
  type Ledger,
  type LoopAgent,
  type Reason,
  type Spec,
} from "@guard/core";
import { banner } from "./banner.ts";
import type { LoopCall, LoopMessage, LoopRequest, LoopTools, ModelClient } from "./model-client.ts";
import { systemPrompt } from "./system-prompt.ts";

/** What {@link runLoop} takes. Only `spec` and `model` are required. */
export interface LoopOptions {
  /** The definition of done. All three answers stand in the system prompt. */
  readonly spec: Spec;
  /** The model: `openaiClient(…)`, `anthropicClient(…)`, or a client of your own. */
  readonly model: ModelClient;
  /** The tools that the model may use. Default: none. */
  readonly tools?: LoopTools | undefined;
  /** What the model is asked first. Default: `spec.does`. */
  readonly task?: string | undefined;
  /** Guards the loop. Default: a breaker with a budget of five model calls and 15,000 tokens. */
  readonly breaker?: Breaker | undefined;
  /** Keeps the spec and, without a `breaker` of your own, every decision. Default: nothing is kept. */
  readonly ledger?: Ledger | undefined;
  /** Names the session in the ledger. Default: a new id. */
  readonly sessionId?: string | undefined;
  /** Stops the loop when it is aborted. Default: nothing aborts the loop. */
  readonly signal?: AbortSignal | undefined;
}

/** How a loop ended. */
export interface LoopResult {
  /** Whether the model gave a final answer: one without tool calls. */
  readonly success: boolean;
  /** The final answer; for a stopped loop what a user may read. */
  readonly text: string;
  readonly modelCalls: number;
  readonly tokens: number;
  readonly usd: number;
  readonly sessionId: string;
  /** Why guard stopped the loop; `undefined` if it did not. */
  readonly breach: { readonly reason: Reason; readonly message: string } | undefined;
}

/**
 * Runs an agent until it is done, or until guard stops it. guard decides about every model call before it is sent, and about
 * every tool call before the tool runs.
 *
 * A stop is a result with `success: false` and a `breach`, and not an error. It also prints a banner on the console, so that an
 * operator sees a stop whose result the caller ignores. Every other error is thrown: a provider that is down, an abort.
 *
 * @throws {OptionsError} for a bad spec, and for something that is no model, tool or breaker
 *
 * @example
 * const result = await runLoop({
 *   spec: { does: "…", doesNot: "…", done: "the report names every missing title" },
 *   model: openaiClient(new OpenAI(), "gpt-5-mini"),
 *   tools: { fetch_page: { run: ({ url }) => … } },
 * });
 */
export async function runLoop(options: LoopOptions): Promise<LoopResult> {
  const { model, tools = {}, ledger, signal, sessionId = crypto.randomUUID() } = options;
  const spec = checkSpec(options.spec);
  checkParts(model, tools);
  const breaker =
    options.breaker ??
    createBreaker({
      budget: { modelCalls: 5, tokens: 15_000 },
      accounts: { session: sessionId },
      ...(ledger === undefined ? {} : { ledger }),
    });
  await keepSpec(ledger, sessionId, spec);
  const before = breaker.spending;
  const ended = (text: string, stop?: CircuitOpenError): LoopResult => {
    const { modelCalls, tokens, usd } = breaker.spending;
    return {
      success: stop === undefined,
      text,
      modelCalls: modelCalls - before.modelCalls,
      tokens: tokens - before.tokens,
      usd: usd - before.usd,
      sessionId,
      breach: stop && { reason: stop.reason, message: stop.message },
    };
  };
  try {
    const task = options.task ?? spec.does;
    const play = (agent: LoopAgent) =>
      answerOf(agent, { system: systemPrompt(spec), messages: [user(task)], tools }, model, signal);
    const text = await asRun(breaker, play);
    return ended(text);
  } catch (error) {
    const stop = findCircuitOpen(error);
    if (stop === undefined) throw error;
    const result = ended(stop.text, stop);
    console.error(banner(result));
    return result;
  } finally {
    if (options.breaker === undefined) breaker.endRun();
  }
}

/** Writes the spec to the ledger. A ledger that throws stops no agent: the operator reads of it. */
async function keepSpec(ledger: Ledger | undefined, session: string, spec: Spec): Promise<void> {
  try {
    await ledger?.append([
      { type: "spec", session, ...spec, run: "", at: Date.now(), postings: [] },
    ]);
  } catch (error) {
    console.error(`guard: the ledger did not keep the spec of session ${session}:`, error);
  }
}

const user = (text: string): LoopMessage => ({ role: "user", text });

/** Asks the model and runs its tools until it gives an answer without calls. */
async function answerOf(
  agent: LoopAgent,
  { system, messages: first, tools }: LoopRequest,
  model: ModelClient,
  signal: AbortSignal | undefined,
): Promise<string> {
  const messages = [...first];
  for (;;) {
    signal?.throwIfAborted();
    const request: LoopRequest = { system, messages, tools };
    const { provider, baseUrl } = model;
    const call = {
      kind: "model",
      model: model.model,
      ...(provider === undefined ? {} : { provider }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
      prompt: [system, messages],
    } as const;
    const send = () => model.ask(request, signal);
    const { text, calls, asked } = await askModel(agent, call, send, toAnswer, signal);
    if (calls.length === 0) return text;
    messages.push({ role: "assistant", text, calls: asked });
    for (const one of asked) {
      const run = () => runTool(tools, one);
      const result = await useTool(agent, { kind: "tool", ...one }, run, signal);
      messages.push({ role: "tool", callId: one.id, ...result });
    }
  }
}

function toAnswer({ text, calls: asked, usage }: Awaited<ReturnType<ModelClient["ask"]>>) {
  return { text, asked, usage, calls: asked.map((call) => ({ kind: "tool", ...call }) as const) };
}

function runTool(tools: LoopTools, { tool, args }: LoopCall): unknown {
  if (!Object.hasOwn(tools, tool)) throw new Error(`there is no tool "${tool}"`);
  return tools[tool]!.run(typeof args === "string" ? parsed(args) : args);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function checkParts(model: unknown, tools: LoopTools): void {
  const faults: string[] = [];
  if (typeof (model as Partial<ModelClient> | undefined)?.ask !== "function") {
    faults.push('model: expected a ModelClient. Write openaiClient(new OpenAI(), "gpt-5-mini").');
  }
  for (const [name, tool] of Object.entries(tools)) {
    if (typeof (tool as Partial<typeof tool> | undefined)?.run === "function") continue;
    faults.push(`tools.${name}: expected a tool. Write { run: (args) => … }.`);
  }
  if (faults.length > 0) throw new OptionsError(faults);
}
