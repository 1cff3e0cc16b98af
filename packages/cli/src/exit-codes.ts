/** What a command ends with. */
export const exitCodes = {
  /** Everything was read and done. */
  ok: 0,
  /** A fault of guard's own. */
  fault: 1,
  /** The user gave something wrong: an option, a file, a line. The command does the rest all the same. */
  wrongInput: 2,
} as const;
