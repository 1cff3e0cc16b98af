/** What a run ended with, in words for the developer who looks for the fault. */
export function told(ended: unknown): string {
  if (ended instanceof Error) return `${ended.name}: ${ended.message}`;
  return JSON.stringify(ended) ?? "nothing";
}
