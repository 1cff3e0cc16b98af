import { hash } from "./hash.ts";
import { maskNumbers } from "./mask.ts";

/** What guard keeps of the text of a model's answer. */
export interface AnswerFingerprint {
  /** The hash of its normalised text. Absent if guard does not know the text. */
  readonly text?: string;
  /** The answer has neither text nor calls. */
  readonly isEmpty: boolean;
  /** The text repeats one block of itself over and over. */
  readonly chants: boolean;
}

/**
 * The fingerprint of an answer.
 *
 * @param result its text; `undefined` or `null` for an answer without text; guard can't read any other value
 */
export function answerFingerprint(result: unknown): AnswerFingerprint {
  const said = result ?? "";
  if (typeof said !== "string") return { isEmpty: false, chants: false };
  const plain = said.toLowerCase().replaceAll(/\s+/g, " ").trim();
  return {
    text: hash(saysMore(plain) ? maskNumbers(plain) : plain),
    isEmpty: plain === "",
    chants: chants(plain) || repeatsLines(said),
  };
}

/** Whether a text has words beside its numbers: "attempt 2 failed" is the same excuse as "attempt 1 failed". */
function saysMore(text: string): boolean {
  return (text.match(/\p{L}/gu) ?? []).length >= 12;
}

/** How long a line must be, and how often it must come, to be a chant. */
const lineLength = 20;
const lineTimes = 10;

/** One sentence or line over and over, more often than in a list or a table. */
function repeatsLines(text: string): boolean {
  const times = new Map<string, number>();
  for (const line of text.split(/\n|(?<=[.!?])\s/)) {
    const sentence = line.trim().toLowerCase();
    if (sentence.length < lineLength) continue;
    const count = (times.get(sentence) ?? 0) + 1;
    if (count >= lineTimes) return true;
    times.set(sentence, count);
  }
  return false;
}

/** How much of the end of a text guard reads, and how long a chant must be. */
const lookedAt = 4_000;
const chantLength = 120;
const chantTimes = 10;

/**
 * Whether a text ends in one block over and over, in any script: the shortest period of each of its ends, by the
 * failure function of Knuth, Morris and Pratt over the text from behind.
 */
function chants(text: string): boolean {
  const end = Array.from(text.slice(-lookedAt)).toReversed();
  const border: number[] = [0];
  for (let at = 1, length = 0; at < end.length; at += 1) {
    while (length > 0 && end[at] !== end[length]) length = border[length - 1]!;
    if (end[at] === end[length]) length += 1;
    border.push(length);
    const period = at + 1 - length;
    const isLong = at + 1 >= chantLength && at + 1 >= period * chantTimes;
    // Rules of dashes and columns of numbers are no chant.
    if (
      isLong &&
      end.slice(0, period).some((letter) => /[\p{L}\p{Extended_Pictographic}]/u.test(letter))
    )
      return true;
  }
  return false;
}
