/** The levels of the accounts that runs share, from the inside out. */
export const levels = ["session", "user", "app", "organisation"] as const;

/** A level of shared accounts: `"session"`, `"user"`, `"app"` or `"organisation"`. */
export type Level = (typeof levels)[number];

/**
 * Whose money a run spends: an id for each level.
 *
 * @example
 * const breaker = registry.breaker({ accounts: { user: "42", organisation: "acme" } });
 */
export type Accounts = Readonly<Partial<Record<Level, string>>>;
