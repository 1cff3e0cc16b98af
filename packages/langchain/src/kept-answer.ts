import type { Run } from "./run.ts";

/** Whether the node of this model keeps an answer that stops the run, to ask a human. */
export function isAnswerKept(model: Run): boolean {
  return nodeOf(model, ({ keepsAnswers }) => keepsAnswers) !== undefined;
}

/** Leaves an answer that stops the run to the middleware of the model's node. Returns whether there is a middleware. */
export function leaveStop(model: Run): boolean {
  const node = nodeOf(model, ({ takesStops }) => takesStops);
  if (node === undefined) return false;
  node.tookStop = true;
  return true;
}

/** The nearest such run around a model. A tool ends the search: what is outside of it belongs to another agent. */
function nodeOf(model: Run, fits: (run: Run) => boolean): Run | undefined {
  let current: Run | undefined = model;
  while (current !== undefined && !fits(current)) {
    current = current.kind === "tool" ? undefined : current.parent;
  }
  return current;
}
