/**
 * Makes a text from a recording safe for a terminal: characters that move the cursor or end the line become `?`. A text
 * of more than `most` characters loses its middle, because the beginning and the end tell ids apart.
 */
export function printable(text: string, most: number): string {
  const half = (most - 1) / 2;
  const short =
    text.length <= most
      ? text
      : `${text.slice(0, Math.ceil(half))}…${text.slice(-Math.floor(half))}`;
  return short.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "?");
}
