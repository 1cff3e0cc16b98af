/**
 * A result without the envelope that MCP puts around texts: `{ content: [{ type: "text", text }] }` is its text. Anything
 * else comes back as it is.
 */
export function plainResult(result: unknown): unknown {
  if (typeof result !== "object" || result === null) return result;
  try {
    const { content, structuredContent } = result as Record<string, unknown>;
    const isMcp = Array.isArray(content) && content.length > 0 && structuredContent === undefined;
    if (!isMcp || !content.every(isText)) return result;
    return content.map(({ text }) => text).join("\n");
  } catch {
    return result;
  }
}

function isText(part: unknown): part is { readonly text: string } {
  const { type, text } = (part ?? {}) as { readonly type?: unknown; readonly text?: unknown };
  return type === "text" && typeof text === "string";
}
