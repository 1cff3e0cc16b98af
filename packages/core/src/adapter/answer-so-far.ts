import type { Outcome, Usage } from "../vocabulary/call.ts";
import { plusUsage } from "./plus-usage.ts";

/** A piece of an answer that is streamed, in neutral words. */
export interface Piece {
  readonly kind: "text" | "thought" | "arguments";
  /** What it says. A thought whose pieces all say nothing is hidden. A value other than a string says nothing. */
  readonly text?: unknown;
  /** Tells the thoughts, and the calls, of one answer apart. Default: it has one. */
  readonly of?: unknown;
  /** Whether it repeats what other pieces of the same call have brought, if there were any. Default: `false`. */
  readonly isWhole?: boolean;
}

/** What of a model's answer has come, and what becomes of its call where no more comes. */
export class AnswerSoFar {
  #text = "";
  #usage: Usage | undefined;
  #hasBegun = false;
  /** The thoughts and the calls that have begun, and whether anything of each was shown. */
  readonly #thoughts = new Map<unknown, boolean>();
  readonly #calls = new Set<unknown>();

  /** Takes in what a part of the stream brings, and what it says of the usage, beyond what the parts before it said. */
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
   * The outcome of the call where the answer ends before its end: the user has stopped it, its reader has left, its
   * connection is lost. It has cost what was streamed, or what was held where the model thinks and hides it.
   *
   * @param failure what the error says that has ended it, if one has: it stands where nothing was streamed
   */
  cutOff(failure?: Outcome): Outcome {
    const usage = this.#usage === undefined ? {} : { usage: this.#usage };
    if (!this.#hasBegun) return { ...(failure ?? { status: "ignored" }), ...usage };
    const isHidden = [...this.#thoughts.values()].includes(false);
    return { status: "ignored", ...usage, ...(isHidden ? {} : { streamed: this.#text }) };
  }
}
