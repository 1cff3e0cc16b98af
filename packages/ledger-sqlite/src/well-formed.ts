/** A text as the file can hold it: half a character becomes U+FFFD. RFC 8785 has no bytes for half a character. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
