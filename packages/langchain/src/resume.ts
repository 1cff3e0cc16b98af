import { isDecision } from "@guard/core/adapter";

/** Whether a graph goes on where it was interrupted: with a human's answer, or with no input at all. */
export function isResuming(inputs: unknown): boolean {
  const { input } = (inputs ?? {}) as { readonly input?: unknown };
  return inputs === null || input === null || resumeOf(inputs) !== undefined;
}

/** With what a graph is resumed, if it is. */
export function resumeOf(inputs: unknown): unknown {
  const { lg_name: kind, resume } = (inputs ?? {}) as { lg_name?: unknown; resume?: unknown };
  return kind === "Command" ? resume : undefined;
}

/** Whether a run is resumed with what may be a human's decision: as it is, or by the question's id. */
export function bringsDecision(resume: unknown): boolean {
  const isById = typeof resume === "object" && resume !== null;
  return isDecision(resume) || (isById && Object.values(resume).some(isDecision));
}
