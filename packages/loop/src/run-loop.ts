import {
  asRun,
  checkSpec,
  createBreaker,
  findCircuitOpen,
  type Breaker,
  type CircuitOpenError,
  type Ledger,
  type Reason,
  type Spec,
} from "@guard/core";
import { banner } from "./banner.ts";
import { checkLoop } from "./check-loop.ts";
import { converse, type LastAnswer } from "./converse.ts";
import { keepSpec } from "./keep-spec.ts";
import type { LoopTools, ModelClient } from "./model-client.ts";
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
  /**
   * Guards the loop. End its run yourself, with `breaker.endRun()`. Default: a breaker with a budget of five model calls and
   * 15,000 tokens, whose run ends with the loop.
   */
  readonly breaker?: Breaker | undefined;
  /**
   * Keeps the spec and, without a `breaker` of your own, every decision. A `breaker` writes its decisions into the ledger of
   * its registry. Default: nothing is kept.
   */
  readonly ledger?: Ledger | undefined;
  /**
   * Names the session in the ledger. A session has one spec: the same spec again is fine. Default: the session of the
   * `breaker`, or a new id.
   */
  readonly sessionId?: string | undefined;
  /** Stops the loop when it aborts, even if the model or a tool hangs. Default: nothing aborts the loop. */
  readonly signal?: AbortSignal | undefined;
}

/** How a loop ended. */
export interface LoopResult {
  /** Whether the model gave a final answer within the limits: a whole one, with text and without tool calls. */
  readonly success: boolean;
  /** The final answer; for a stopped loop what a user may read. */
  readonly text: string;
  /** The model calls that the breaker counted during this loop. Loops that share a breaker at the same time count together. */
  readonly modelCalls: number;
  /** The tokens of these calls: requests and answers. */
  readonly tokens: number;
  /** What these calls have cost. 0 if the breaker knows no prices, and the provider reports none. */
  readonly usd: number;
  /** The session, under which the ledger keeps the spec. */
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
 * @throws {OptionsError} for a bad spec, for another spec than the session has, and for something that is no model, tool or
 * breaker. The model is not asked
 *
 * @example
 * const result = await runLoop({
 *   spec: { does: "…", doesNot: "…", done: "the report names every missing title" },
 *   model: openaiClient(new OpenAI(), "gpt-5-mini"),
 *   tools: { fetch_page: { run: ({ url }) => … } },
 * });
 */
export async function runLoop(options: LoopOptions): Promise<LoopResult> {
  checkLoop(options);
  const { model, tools = {}, ledger, signal } = options;
  const spec = checkSpec(options.spec);
  const sessionId = options.sessionId ?? options.breaker?.accounts.session ?? crypto.randomUUID();
  if (ledger !== undefined) await keepSpec(ledger, sessionId, spec);
  const breaker = options.breaker ?? ownBreaker(sessionId, ledger);
  const before = breaker.spending;
  const ended = (text: string, success: boolean, stop?: CircuitOpenError): LoopResult => {
    const { modelCalls, tokens, usd } = breaker.spending;
    return {
      success,
      text,
      modelCalls: modelCalls - before.modelCalls,
      tokens: tokens - before.tokens,
      usd: usd - before.usd,
      sessionId,
      breach: stop && { reason: stop.reason, message: stop.message },
    };
  };
  try {
    const request = { system: systemPrompt(spec), task: options.task ?? spec.does, tools };
    const last = await asRun(breaker, (agent) =>
      converse({ agent, breaker, model, signal, ...request }),
    );
    const fault = faultOf(last);
    if (fault !== undefined) console.error(`guard: session ${sessionId} is not done: ${fault}`);
    return ended(last.text, fault === undefined);
  } catch (error) {
    const stop = findCircuitOpen(error);
    if (stop === undefined) throw error;
    const result = ended(stop.text, false, stop);
    console.error(banner(result));
    return result;
  } finally {
    if (options.breaker === undefined) breaker.endRun();
  }
}

/** The breaker of a loop that got none. No other code can listen to it, so the operator reads when its ledger first fails. */
function ownBreaker(session: string, ledger: Ledger | undefined): Breaker {
  const breaker = createBreaker({
    budget: { modelCalls: 5, tokens: 15_000 },
    accounts: { session },
    ...(ledger === undefined ? {} : { ledger }),
  });
  const off = breaker.on("port-error", ({ port, error }) => {
    off();
    console.error(`guard: the ${port} failed in session ${session}:`, error);
  });
  return breaker;
}

/** Why an answer is not final. */
function faultOf({ text, cutOff }: LastAnswer): string | undefined {
  if (cutOff !== undefined) return `the provider cut the model's answer off (${cutOff})`;
  return text.trim() === "" ? "the model's answer is empty" : undefined;
}
