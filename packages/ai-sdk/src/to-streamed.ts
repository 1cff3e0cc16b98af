import { read } from "@guard/core/adapter";
import type { Part } from "./to-call.ts";

const outputs = [
  "text-delta",
  "reasoning-start",
  "reasoning-delta",
  "tool-input-delta",
  "tool-call",
];

/** Whether a part of a stream brings what its provider bills as output. */
export function isOutput({ type }: Part): boolean {
  return outputs.includes(type);
}

/**
 * What these parts of an answer hold: its text, its thoughts and the arguments of its calls, each once. Empty
 * where the model has thought and does not show it: then nothing is known of how much it has used.
 */
export function toStreamed(parts: readonly Part[]): string {
  const idsOf = (type: string) =>
    new Set(parts.filter((part) => part.type === type).map((part) => read(part, "id")));
  const shown = idsOf("reasoning-delta");
  if ([...idsOf("reasoning-start")].some((id) => !shown.has(id))) return "";
  const inputs = idsOf("tool-input-delta");
  const texts = parts.map((part) => {
    if (part.type !== "tool-call") return read(part, "delta");
    return inputs.has(read(part, "toolCallId")) ? "" : read(part, "input");
  });
  return texts.filter((text) => typeof text === "string").join("");
}
