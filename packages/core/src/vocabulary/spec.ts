import { OptionsError } from "./errors.ts";

/**
 * The definition of done of a session: three answers in the user's own words.
 *
 * @example
 * const spec: Spec = {
 *   does: "audits one page for missing titles and descriptions",
 *   doesNot: "change the page or follow its links",
 *   done: "the report names every missing title and description",
 * };
 */
export interface Spec {
  /** What the work does. */
  readonly does: string;
  /** What the work does not do. */
  readonly doesNot: string;
  /** What done looks like, in one sentence of at least five words. It must not repeat another answer. */
  readonly done: string;
}

const fewestWords = 5;
const example = 'such as done: "the report names every missing title and description"';
const answers = ["does", "doesNot", "done"] as const;

/**
 * Returns the three answers, without blanks around them. `freezeSpec` calls it: call it yourself to check answers early.
 *
 * @throws {OptionsError} if an answer is missing or empty, and if `done` has fewer than five words or repeats another answer
 */
export function checkSpec(given: Spec): Spec {
  const faults = answers.flatMap((name) => {
    const answer: unknown = given[name];
    if (typeof answer !== "string") return [`spec.${name}: expected a text`];
    return wordsOf(answer).length > 0 ? [] : [`spec.${name}: is empty${hintFor(name)}`];
  });
  if (faults.length > 0) throw new OptionsError(faults);
  const words = wordsOf(given.done);
  if (words.length < fewestWords) {
    const fault = `spec.done: expected a sentence of ${fewestWords} words or more, received ${words.length} (${example})`;
    throw new OptionsError([fault]);
  }
  for (const name of ["does", "doesNot"] as const) {
    if (wordsOf(given[name]).join(" ") !== words.join(" ")) continue;
    throw new OptionsError([
      `spec.done: repeats spec.${name}. Say what you will see when the work is done, ${example}`,
    ]);
  }
  const [does, doesNot, done] = answers.map((name) => wellFormed(given[name].trim())) as [
    string,
    string,
    string,
  ];
  return { does, doesNot, done };
}

const segmenter = new Intl.Segmenter("en", { granularity: "word" });

/** The words of a text in lower case, also of languages that write no blanks between them. */
function wordsOf(text: string): readonly string[] {
  const normal = text.normalize("NFKC").toLowerCase();
  return [...segmenter.segment(normal)].filter((one) => one.isWordLike).map((one) => one.segment);
}

function hintFor(name: (typeof answers)[number]): string {
  return name === "done" ? ` (say what done looks like in one sentence, ${example})` : "";
}

/** A text that UTF-8 can hold: half a character becomes U+FFFD. */
function wellFormed(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text));
}
