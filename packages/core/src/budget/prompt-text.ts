/** How many parts of a prompt guard reads. */
const maxParts = 200_000;
const maxDepth = 100;

/** A longer text without a space is data, such as an image: providers don't count it as text. */
const longestWord = 2_000;

/**
 * The text of a prompt: all its texts and numbers, at any depth. Prompts are hostile input, so this
 * never throws: cycles are cut, depth and number of parts are bounded, bytes and encoded files are left out.
 */
export function promptText(prompt: unknown): string {
  const texts: string[] = [];
  const open = new Set<object>();
  let parts = 0;
  const collect = (value: unknown, depth: number): void => {
    parts += 1;
    if (parts > maxParts || depth > maxDepth) return;
    if (typeof value === "string") texts.push(isData(value) ? value.slice(0, longestWord) : value);
    else if (typeof value === "number") texts.push(String(value));
    else if (typeof value === "object" && value !== null) collectAll(value, depth);
  };
  const collectAll = (value: object, depth: number): void => {
    if (open.has(value) || ArrayBuffer.isView(value)) return;
    open.add(value);
    for (const part of partsOf(value)) collect(part, depth + 1);
    open.delete(value);
  };
  collect(prompt, 0);
  return texts.join(" ");
}

function isData(text: string): boolean {
  return text.length > longestWord && !/\s/.test(text);
}

function partsOf(value: object): readonly unknown[] {
  try {
    return Object.values(value);
  } catch {
    return []; // a getter that throws
  }
}
