import type { BreakerSource } from "@guard/core";

/** A tool call that the scripted model asks for. */
export interface AdapterRequest {
  readonly tool: string;
  /** `{ q: string }` in this contract. */
  readonly args: unknown;
  /** The id of this call. Default: the harness gives a new id. */
  readonly id?: string;
}

/** An answer of the scripted model: a final text, or the tool calls of one answer. */
export type AdapterAnswer = string | readonly AdapterRequest[];

/** One run of an agent of the framework under test. */
export interface AdapterSetup {
  /** The registry or breaker to pass to the adapter. */
  readonly source: BreakerSource;
  /**
   * The model. Call it with the number of the model call in this run, from 1 on, and with the texts of all tool results in
   * the prompt, in order.
   */
  readonly script: (turn: number, results: readonly string[]) => AdapterAnswer;
  /** The tools, by name. Each takes `{ q: string }`, returns a text, and throws if it fails. */
  readonly tools: Readonly<Record<string, (args: unknown) => string>>;
}

/** A streamed answer that breaks off. */
export interface AdapterStream {
  /** The registry or breaker to pass to the adapter. */
  readonly source: BreakerSource;
  /** Whether the model thinks first and hides its thoughts. */
  readonly hidesThoughts: boolean;
  /** The pieces of text that it streams then. */
  readonly words: readonly string[];
  /** The error that ends the stream. */
  readonly error: Error;
}

/** What a run has done, as the model and the tools see it. */
export interface AdapterRun {
  /** How many calls reached the model. */
  readonly modelCalls: number;
  /** How many times the body of a tool ran. */
  readonly toolRuns: number;
  /** The text of each tool result in the prompts, once each, in order. Notes and refusals of guard are part of it. */
  readonly read: readonly string[];
  /** The error of the run, or `undefined`. */
  readonly error: unknown;
  /** The final answer, if there was one. */
  readonly text: string | undefined;
}

/**
 * Something that a framework keeps its adapter from doing. The contract then tests what is still possible.
 *
 * - `warn`: the adapter can't add a note to a result. A warning is only an event, and the result stays unchanged.
 * - `refuseInPlace`: the adapter can't replace a result by a text. A refused call runs and counts as refused.
 * - `unknownTool`: the framework ends the run with its own error if the model asks for a missing tool. No tool has run.
 * - `seeErrors`: the framework turns the error of a tool into a text before the adapter sees it. That text is the
 *   outcome: a result or a failure.
 */
export type AdapterLimit = "warn" | "refuseInPlace" | "unknownTool" | "seeErrors";

/**
 * Runs agents of the framework under test for {@link adapterContract}.
 *
 * @example
 * const harness: AdapterHarness = {
 *   cannot: ["unknownTool"],
 *   run: async ({ source, script, tools }) => runMyFramework(withGuard(source), script, tools),
 * };
 */
export interface AdapterHarness {
  /**
   * Runs an agent to its end. Must not reject: put the error of the run into `error`. Must resolve only when all work that
   * the run has started is over, so that the counts are complete.
   */
  readonly run: (setup: AdapterSetup) => Promise<AdapterRun>;
  /**
   * Asks a model whose streamed answer breaks off, in its own run. Must not reject, and must resolve when the run has
   * ended. Default: the framework does not stream, and the contract has no tests of streams.
   */
  readonly stream?: ((answer: AdapterStream) => Promise<unknown>) | undefined;
  /** What the framework keeps the adapter from doing. Default: `[]`. */
  readonly cannot?: readonly AdapterLimit[] | undefined;
}

/** Whether the framework lets the adapter do this. */
export function can({ cannot = [] }: AdapterHarness, what: AdapterLimit): boolean {
  return !cannot.includes(what);
}
