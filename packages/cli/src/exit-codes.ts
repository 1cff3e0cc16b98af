/** The exit codes of the process. */
export const exitCodes = {
  /** guard read everything. */
  ok: 0,
  /** guard itself failed. Nothing in the input is wrong. */
  fault: 1,
  /** An option, a file or a line is wrong. guard still judges all other lines. */
  wrongInput: 2,
} as const;
