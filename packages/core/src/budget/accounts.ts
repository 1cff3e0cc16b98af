/** The accounts of other people than the run itself, by level, from the inside out. */
export const levels = ["session", "user", "app", "organisation"] as const;

export type Level = (typeof levels)[number];

/** Whose money a run spends: the ids of its accounts. */
export type Accounts = Readonly<Partial<Record<Level, string>>>;

/** The run's own account. */
export const runAccount = "run";
