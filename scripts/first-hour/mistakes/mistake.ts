/** What a user without types gets wrong, and what guard has to print then. */
export interface Mistake {
  readonly title: string;
  /** The program, after the imports of its table. It runs as an ES module. */
  readonly code: string;
  /** What to write instead, as the printed text says it. */
  readonly must: RegExp;
}

/** The mistakes with one package. */
export interface Mistakes {
  readonly of: string;
  /** What all programs of the table begin with. */
  readonly begin: string;
  readonly mistakes: readonly Mistake[];
}
