import { snippets, type Snippet } from "../../docs/snippets.ts";

/** The page that shows a snippet. */
export const pageOf = ({ at }: Snippet): string => at.slice(0, at.lastIndexOf(":"));

/** The first block of code of each README: what a new user pastes. */
export const firstBlocks: readonly Snippet[] = snippets.filter(
  (snippet, index) =>
    pageOf(snippet).endsWith("README.md") &&
    (index === 0 || pageOf(snippets[index - 1]!) !== pageOf(snippet)),
);
