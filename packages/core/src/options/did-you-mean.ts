import { closestMatch } from "leven";

/** Other words for an option, as other libraries have them, and the option. */
const otherWords: ReadonlyMap<string, string> = new Map(
  Object.entries({
    usd: ["cost", "costs", "dollars", "money", "spend"],
    modelCalls: ["steps", "turns", "iterations", "recursion", "requests", "llmcalls"],
    toolCalls: ["calls"],
    wallMs: ["time", "timems", "timeout", "timeoutms", "duration"],
    onTrip: ["exitbehavior"],
    mode: ["dryrun", "observe"],
    why: ["reason"],
    breaker: ["registry"],
  }).flatMap(([option, words]) => words.map((word) => [word, option] as const)),
);

/** An option's name, and where it is written. */
export type Place = readonly [name: string, place: string];

/** guard looks for no word like a longer one: each comparison would take its time. */
const longestWord = 100;

/** The name that was meant: the same in other letters, another word for it, or a letter or two away. */
export function closest(given: string, names: readonly string[]): string | undefined {
  return sameAs(given, names) ?? near(given, names);
}

/**
 * What was meant by the name of an option that does not exist.
 *
 * @param names the options that exist where it was written
 * @param places where options are written; of those with the same name the first is the likeliest
 */
export function meant(
  given: string,
  names: readonly string[],
  places: readonly Place[],
): { readonly name: string } | { readonly place: string } | undefined {
  const elsewhere = places.map(([name]) => name);
  for (const find of [sameAs, near]) {
    const name = find(given, names);
    if (name !== undefined) return { name };
    const other = find(given, elsewhere);
    if (other !== undefined) return { place: places[elsewhere.indexOf(other)]![1] };
  }
  return undefined;
}

function sameAs(given: string, names: readonly string[]): string | undefined {
  const word = lettersOf(given);
  const bare = bareOf(word);
  return [lettersOf(otherWords.get(bare) ?? ""), word, bare]
    .filter((one) => one !== "")
    .map((one) => names.find((name) => lettersOf(name) === one))
    .find((name) => name !== undefined);
}

function near(given: string, names: readonly string[]): string | undefined {
  if (given.length > longestWord) return undefined;
  const word = bareOf(lettersOf(given));
  const words = names.map(lettersOf);
  const found = closestMatch(word, words, { maxDistance: word.length < 4 ? 1 : 2 });
  return found === undefined ? undefined : names[words.indexOf(found)];
}

/** `maxModelCalls` and `modelCallLimit` are model calls. */
const bareOf = (word: string) => word.replace(/^max(?=.)/, "").replace(/(?<=.)limit$/, "");

const lettersOf = (name: string) => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");
