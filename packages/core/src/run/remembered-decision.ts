import type { RunState } from "./state.ts";
import type { Call, Decision } from "../vocabulary/call.ts";

/**
 * Under what the calls of an answer are remembered; without an answer they are not. Calls to which a gateway gives
 * one id are told apart by their order.
 */
export function decisionKeys(
  lane: string,
  calls: readonly Call[],
  answer: string | undefined,
): readonly string[] | undefined {
  if (answer === undefined) return undefined;
  const named = new Map<string, number>();
  return calls.map((call, index) => {
    // A request and the answer to it may have one id, and their calls none.
    const id = call.id ?? (call.kind === "model" ? "model" : `${index}`);
    const before = named.get(id) ?? 0;
    named.set(id, before + 1);
    return `${lane}\n${answer}\n${id}${before === 0 ? "" : `\n${before}`}`;
  });
}

/** The decision that was made before about the same call of the same answer. */
export function rememberedDecision(
  { decided, generation }: RunState,
  key: string | undefined,
): Decision | undefined {
  if (key === undefined) return undefined;
  const decision = decided.get(key);
  // What was refused before the circuit moved is judged again: a resumed run may go on.
  const outdated = decision?.token.refused && decision.token.generation !== generation;
  return outdated ? undefined : decision;
}
