import { isDecision } from "@guard/core/adapter";

/** Whether a graph goes on from an interrupt: with a human's answer, or with no input. */
export function isResuming(inputs: unknown): boolean {
  const { input } = (inputs ?? {}) as { readonly input?: unknown };
  return inputs === null || input === null || resumeOf(inputs) !== undefined;
}

/** The human's answer that resumes a graph; `undefined` for any other input. */
export function resumeOf(inputs: unknown): unknown {
  const { lg_name: kind, resume } = (inputs ?? {}) as { lg_name?: unknown; resume?: unknown };
  return kind === "Command" ? resume : undefined;
}

/** Whether a human's answer may hold a decision for guard: as it is, or under the id of the question. */
export function bringsDecision(resume: unknown): boolean {
  const isById = typeof resume === "object" && resume !== null;
  return isDecision(resume) || (isById && Object.values(resume).some(isDecision));
}
