import type { Outcome, Usage } from "../vocabulary/call.ts";
import { plusUsage } from "./plus-usage.ts";

/** A piece of a streamed answer, in no framework's words. */
export interface Piece {
  readonly kind: "text" | "thought" | "arguments";
  /** The text of the piece. A thought without any text is hidden. Other values count as no text. */
  readonly text?: unknown;
  /** The id of the thought or the call. Default: the answer has one of each. */
  readonly of?: unknown;
  /** Whether the piece repeats the whole of earlier pieces of the same call. Default: `false`. */
  readonly isWhole?: boolean;
}

/** The part of a model's answer that has come so far, and the outcome of the call if no more comes. */
export class AnswerSoFar {
  #text = "";
  #usage: Usage | undefined;
  #hasBegun = false;
  /** The thoughts and the calls that have begun. For a thought: whether it has shown any text. */
  readonly #thoughts = new Map<unknown, boolean>();
  readonly #calls = new Set<unknown>();

  /** Adds the pieces of one part of the stream, and the usage that this part reports. */
  hear(pieces: readonly Piece[], usage?: Usage): void {
    this.#usage = plusUsage(this.#usage, usage);
    for (const piece of pieces) this.#take(piece);
  }

  #take({ kind, text, of, isWhole = false }: Piece): void {
    const said = typeof text === "string" ? text : "";
    if (kind === "text" && said === "") return;
    this.#hasBegun = true;
    if (kind === "arguments" && isWhole && this.#calls.has(of)) return;
    if (kind === "arguments") this.#calls.add(of);
    if (kind === "thought") this.#thoughts.set(of, this.#thoughts.get(of) === true || said !== "");
    this.#text += said;
  }

  /**
   * The outcome of the call if the stream ends too early: the user stopped it, the reader left, or the connection
   * broke. The call has cost what was streamed; if the model hides its thoughts, what guard held.
   *
   * @param failure the outcome of the error that ended the stream. It holds if nothing was streamed
   */
  cutOff(failure?: Outcome): Outcome {
    const usage = this.#usage === undefined ? {} : { usage: this.#usage };
    if (!this.#hasBegun) return { ...(failure ?? { status: "ignored" }), ...usage };
    const isHidden = [...this.#thoughts.values()].includes(false);
    return { status: "ignored", ...usage, ...(isHidden ? {} : { streamed: this.#text }) };
  }
}
