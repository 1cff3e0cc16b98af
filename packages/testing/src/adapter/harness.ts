import type { BreakerSource } from "@guard/core";

/** A tool call that the scripted model asks for. */
export interface AdapterRequest {
  readonly tool: string;
  /** Always `{ q: string }` in the contract. */
  readonly args: unknown;
  /** The id of this call. Default: one that the harness gives, and gives only once. */
  readonly id?: string;
}

/** What the scripted model answers: a final text, or tool calls, all of one answer. */
export type AdapterAnswer = string | readonly AdapterRequest[];

/** One run of an agent of the framework under test. */
export interface AdapterSetup {
  /** Where the adapter takes its breaker from. */
  readonly source: BreakerSource;
  /**
   * The model. Asked with the number of the model call in this run, from 1 on, and the texts of all
   * tool results that stand in the prompt, in order.
   */
  readonly script: (turn: number, results: readonly string[]) => AdapterAnswer;
  /** The tools, by name. Each takes `{ q: string }`, and fails by throwing. */
  readonly tools: Readonly<Record<string, (args: unknown) => string>>;
}

/** An answer of a model that is streamed, and breaks off. */
export interface AdapterStream {
  /** Where the adapter takes its breaker from. */
  readonly source: BreakerSource;
  /** Whether the model thinks first, and shows nothing of it. */
  readonly hidesThoughts: boolean;
  /** What it says then, piece by piece. */
  readonly words: readonly string[];
  /** What ends the stream. */
  readonly error: Error;
}

/** What such a run has done, seen from the model and the tools and not from guard. */
export interface AdapterRun {
  /** How often the model was asked. */
  readonly modelCalls: number;
  /** How often the body of a tool has run. */
  readonly toolRuns: number;
  /** The text of each tool result that the model was given, each once, in order. */
  readonly read: readonly string[];
  /** What the run has thrown, or `undefined`. */
  readonly error: unknown;
  /** The final answer, if there was one. */
  readonly text: string | undefined;
}

/**
 * Something for which a framework leaves its adapter no place. The contract then asks for the most that is left.
 *
 * - `warn`: no note can be put beside the result of a call. A warning is an event, and the result stays as it is.
 * - `refuseInPlace`: no text can stand in place of a result. A refused call runs, and counts as refused.
 * - `unknownTool`: the framework ends the run where the model asks for a tool that does not exist. The run ends in
 *   the framework's own error, and nothing has run.
 * - `seeErrors`: the framework makes a text of what a tool throws before the adapter sees it. That text is the outcome,
 *   be it a result or a failure.
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
   * Runs an agent until it ends. Never rejects: what the run throws is `error`. Resolves when the
   * work that the run left behind is over too, so that nothing escapes the counts.
   */
  readonly run: (setup: AdapterSetup) => Promise<AdapterRun>;
  /**
   * Asks a model whose streamed answer breaks off, in a run of its own. Never rejects, and resolves when the run has
   * ended. Default: answers are not streamed, and the contract asks for nothing of them.
   */
  readonly stream?: ((answer: AdapterStream) => Promise<unknown>) | undefined;
  /** What the framework keeps the adapter from doing. Default: nothing. */
  readonly cannot?: readonly AdapterLimit[] | undefined;
}

/** Whether the framework lets the adapter do this. */
export function can({ cannot = [] }: AdapterHarness, what: AdapterLimit): boolean {
  return !cannot.includes(what);
}
