import { canonical } from "../signature/canonical.ts";
import { hash } from "../signature/hash.ts";

/** What guard keeps of a task or a question: hashes, for comparing two of them. */
export interface TaskFingerprint {
  readonly hash: string;
  readonly words: readonly string[];
}

const maxWords = 200;

/** Words that name the attempt: a task is the same at each attempt. */
const countedAttempt = /\b(?:attempt|retry|try)\W{0,3}\d+\b/gi;

/** Words that say nothing about the task. */
const filler = new Set(
  "a an and are as at be by for from in into is it of on or please that the then this to with you your".split(
    " ",
  ),
);

/** The fingerprint of a task. `undefined` if the task has no words to compare. */
export function taskFingerprint(task: unknown): TaskFingerprint | undefined {
  if (task === undefined || task === null) return undefined;
  const text = typeof task === "string" ? task : canonical(task);
  const found =
    text
      .replaceAll(countedAttempt, "")
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}_./:@#-]+/gu) ?? [];
  const words = [...new Set(found.map((word) => word.replace(/[.:/-]+$/, "")))]
    .filter((word) => word !== "" && !filler.has(word))
    .slice(0, maxWords);
  if (words.length === 0) return undefined;
  return { hash: hash(words.join(" ")), words: words.map((word) => short(word)) };
}

const nearShare = 0.8;

/** Whether two tasks have the same words. A date or an id in them may be the item itself. */
export function isSame(a: TaskFingerprint | undefined, b: TaskFingerprint | undefined): boolean {
  return a !== undefined && a.hash === b?.hash;
}

/** How many words may be replaced one for one in the next item of a list. */
const exchanged = 2;

/**
 * Whether two tasks are nearly the same: they share at least 0.8 of all their words. A task in which one or two words
 * are replaced is the next item of a list, not the same task in other words. The share alone can't tell these apart.
 */
export function isNear(a: TaskFingerprint | undefined, b: TaskFingerprint | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.hash === b.hash) return true;
  const share = overlap(a, b);
  const shared = Math.round((share / (1 + share)) * (a.words.length + b.words.length));
  const onlyA = a.words.length - shared;
  const isNextItem = onlyA === b.words.length - shared && onlyA > 0 && onlyA <= exchanged;
  return !isNextItem && share >= nearShare;
}

const short = (word: string) => hash(word).slice(0, 8);

/** The share of all words that are in both texts. */
export function overlap(a: TaskFingerprint | undefined, b: TaskFingerprint | undefined): number {
  if (a === undefined || b === undefined) return 0;
  const words = new Set(b.words);
  const shared = a.words.filter((word) => words.has(word)).length;
  return shared / (a.words.length + b.words.length - shared);
}
