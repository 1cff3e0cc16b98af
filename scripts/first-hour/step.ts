/** What came of one step of the walk. */
export interface Step {
  readonly where: string;
  readonly how: string;
  /** The first line that the program printed. */
  readonly printed: string;
  /** What is wrong, or `undefined` where all is well. */
  readonly fault: string | undefined;
}
