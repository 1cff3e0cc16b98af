/**
 * What LangChain prints when guard stops a run, when its own event stream hears of that twice, and when
 * LangGraph visits such a node again.
 */
const expected = [
  /^Error in handler (?:GuardCallbackHandler|GuardGraphHandler|EventStreamCallbackHandler)/,
  /^Retrying task .* after (?:CircuitOpenError|BudgetExceededError):/,
];

/** Whether a line is one that LangChain prints for every error of guard's: it says nothing. */
export function isExpectedLine(line: string): boolean {
  return expected.some((pattern) => pattern.test(line));
}
