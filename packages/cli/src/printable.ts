/**
 * A text from a recording for a terminal: what would move the cursor or end the line is shown as `?`, and
 * what is longer than `most` characters keeps its beginning and its end, since both tell ids apart.
 */
export function printable(text: string, most: number): string {
  const half = (most - 1) / 2;
  const short =
    text.length <= most
      ? text
      : `${text.slice(0, Math.ceil(half))}…${text.slice(-Math.floor(half))}`;
  return short.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "?");
}
