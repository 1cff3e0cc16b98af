import type { BreakerSource } from "@guard/core";
import type { Scene } from "./scene.ts";

/** Asks an agent. The question says which job it is for. */
export type Ask = (question: string) => Promise<unknown>;

/** The tool in whose body an agent of another framework is asked. */
export const otherName = "ask_other_framework";

/**
 * A looping agent of another framework than the one that is played: of the OpenAI Agents SDK, or, inside that, of the AI
 * SDK. It is loaded where it is asked: it is large.
 */
export function otherAgent(scene: Scene, source: BreakerSource, outer?: "openai-agents"): Ask {
  return async (question) => {
    const { askLooping } =
      outer === undefined
        ? await import("./frameworks/openai-agents.ts")
        : await import("./frameworks/ai-sdk.ts");
    return askLooping(scene, source, question);
  };
}
