/**
 * The lines of a text that comes in pieces, without their ends; the last one needs none. A byte order
 * mark is dropped.
 *
 * `node:readline` won't do: it also ends lines at U+2028 and U+2029, which JSON may hold as they are.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // A list, since a line may come in thousands of pieces.
  let begun: string[] = [];
  for await (const chunk of chunks) {
    const pieces = decoder.decode(chunk, { stream: true }).split("\n");
    const rest = pieces.pop()!;
    for (const piece of pieces) {
      begun.push(piece);
      yield begun.join("");
      begun = [];
    }
    begun.push(rest);
  }
  const last = begun.join("") + decoder.decode();
  if (last !== "") yield last;
}
