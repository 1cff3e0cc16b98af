import { read, type Piece } from "@guard/core/adapter";
import type { Part } from "./to-call.ts";

/** The pieces of an answer in one part of its stream. Arguments of a call may come in pieces, and once more with the call. */
export function toPieces(part: Part): readonly Piece[] {
  const text = read(part, "delta");
  const of = read(part, "id");
  switch (part.type) {
    case "text-delta":
      return [{ kind: "text", text }];
    case "reasoning-start":
    case "reasoning-delta":
      return [{ kind: "thought", text, of }];
    case "tool-input-delta":
      return [{ kind: "arguments", text, of }];
    case "tool-call": {
      const call = { of: read(part, "toolCallId"), text: read(part, "input") };
      return [{ kind: "arguments", ...call, isWhole: true }];
    }
    default:
      return [];
  }
}
