/**
 * The lines that LangChain prints when guard stops a run, when its event stream hears of the stop twice, and when
 * LangGraph visits such a node again.
 */
const expected = [
  /^Error in handler (?:GuardCallbackHandler|GuardGraphHandler|EventStreamCallbackHandler)/,
  /^Retrying task .* after (?:CircuitOpenError|BudgetExceededError):/,
];

/** Whether LangChain prints this line for every error that guard throws. */
export function isExpectedLine(line: string): boolean {
  return expected.some((pattern) => pattern.test(line));
}
