/** A text for a message: its beginning if it is long. */
export function shortened(text: string, mostCharacters = 100): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}
