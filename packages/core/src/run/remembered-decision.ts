import type { RunState } from "./state.ts";
import type { Call, Decision } from "../vocabulary/call.ts";

/**
 * The keys under which guard remembers the calls of an answer. Without an answer there are none. The order tells calls
 * apart that have the same id from a gateway.
 */
export function decisionKeys(
  lane: string,
  calls: readonly Call[],
  answer: string | undefined,
): readonly string[] | undefined {
  if (answer === undefined) return undefined;
  const named = new Map<string, number>();
  return calls.map((call, index) => {
    // A request and its answer may have the same id, and their calls none.
    const id = call.id ?? (call.kind === "model" ? "model" : `${index}`);
    const before = named.get(id) ?? 0;
    named.set(id, before + 1);
    return `${lane}\n${answer}\n${id}${before === 0 ? "" : `\n${before}`}`;
  });
}

/** The earlier decision about the same call of the same answer. */
export function rememberedDecision(
  { decided, generation }: RunState,
  key: string | undefined,
): Decision | undefined {
  if (key === undefined) return undefined;
  const decision = decided.get(key);
  // Judge a call again that was refused before the circuit moved: a resumed run may go on.
  const outdated = decision?.token.refused && decision.token.generation !== generation;
  return outdated ? undefined : decision;
}
