/** What a command ends with. */
export const exitCodes = {
  /** Everything was read and done. */
  ok: 0,
  /** A fault of guard's own. */
  fault: 1,
  /** Something that was given is wrong: an option, a file, a line. What was right is done all the same. */
  wrongInput: 2,
} as const;
