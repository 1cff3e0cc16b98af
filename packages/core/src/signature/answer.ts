import { hash } from "./hash.ts";
import { mask } from "./mask.ts";

/** What is kept of the text of a model's answer. */
export interface AnswerFingerprint {
  readonly text?: string;
  readonly chants: boolean;
}

/** A line must be as long, and come as often, to be a chant. */
const chantLength = 20;
const chantTimes = 10;

/** The fingerprint of an answer's text; nothing is kept of an answer that gives none. */
export function answerFingerprint(text: unknown): AnswerFingerprint {
  if (typeof text !== "string" || text.trim() === "") return { chants: false };
  const plain = mask(text).toLowerCase().replaceAll(/\s+/g, " ").trim();
  return { text: hash(plain), chants: chants(text) };
}

/** One sentence or line over and over, beyond what a list or a table repeats. */
function chants(text: string): boolean {
  const times = new Map<string, number>();
  for (const line of text.split(/\n|(?<=[.!?])\s/)) {
    const sentence = line.trim().toLowerCase();
    if (sentence.length < chantLength) continue;
    const count = (times.get(sentence) ?? 0) + 1;
    if (count >= chantTimes) return true;
    times.set(sentence, count);
  }
  return false;
}
