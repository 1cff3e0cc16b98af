import { canonical } from "../signature/canonical.ts";
import { hash } from "../signature/hash.ts";

/** What is kept of a task that one agent gives to another: hashes, to tell how near two tasks are. */
export interface TaskFingerprint {
  readonly hash: string;
  readonly words: readonly string[];
}

const maxWords = 200;

/** Words that say nothing about what is to be done. */
const filler = new Set(
  "a an and are as at be by for from in into is it of on or please that the then this to with you your".split(
    " ",
  ),
);

/** The fingerprint of a task; `undefined` where it says nothing, so that nothing can be compared. */
export function taskFingerprint(task: unknown): TaskFingerprint | undefined {
  if (task === undefined || task === null) return undefined;
  const text = typeof task === "string" ? task : canonical(task);
  const found =
    text
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

/** As many words may be exchanged one for one in the next item of a list. */
const exchanged = 2;

/**
 * Whether two tasks are near the same: at least 0.8 of all their words are shared. A task in which one
 * or two words stand in place of others is the next item of a list, not the same task put differently:
 * the share alone can't tell these apart.
 */
export function isNear(a: TaskFingerprint | undefined, b: TaskFingerprint | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (a.hash === b.hash) return true;
  const words = new Set(b.words);
  const shared = a.words.filter((word) => words.has(word)).length;
  const onlyA = a.words.length - shared;
  const onlyB = b.words.length - shared;
  const isNextItem = onlyA === onlyB && onlyA > 0 && onlyA <= exchanged;
  return !isNextItem && shared / (shared + onlyA + onlyB) >= nearShare;
}

const short = (word: string) => hash(word).slice(0, 8);
