/** The exit codes of the process. */
export const exitCodes = {
  /** guard did what you asked for, and found no fault. */
  ok: 0,
  /** guard itself failed. Nothing in the input is wrong. */
  fault: 1,
  /** An option, a file or a line is wrong, or the ledger has a fault. */
  wrongInput: 2,
  /** You stopped the command with Ctrl-C. */
  interrupted: 130,
} as const;

/** The exit codes of the commands that read a ledger, for their help. */
export const exitCodesHelp = `
Exit codes:
  0    guard did what you asked for
  1    guard itself failed
  2    an option, a name or a file is wrong, or verify has found a fault
  130  you stopped guard with Ctrl-C`;
