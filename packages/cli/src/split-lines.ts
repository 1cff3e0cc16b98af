/**
 * Splits a text that comes in pieces into lines, without their ends. Drops a byte order mark.
 *
 * `node:readline` does not fit: it also ends lines at U+2028 and U+2029, which JSON texts may contain.
 */
export async function* splitLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  // A list, because a line may come in thousands of pieces.
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
