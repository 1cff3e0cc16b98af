/** The name of the run's own account. */
export const runAccount = "run";
