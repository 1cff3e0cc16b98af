/** One measured figure. Only the default preset has targets. */
export interface Measure {
  readonly measure: string;
  readonly value: number;
  readonly unit: string;
  readonly target: string | null;
  readonly holds: boolean | null;
  /** The same figure of simpler rules. */
  readonly beside?: Readonly<Record<string, number>>;
}

/** What a figure should be: in words, and as a check. */
export type Target = readonly [words: string, holds: (value: number) => boolean];

export const atLeast = (least: number): Target => [`at least ${least}`, (n) => n >= least];
export const atMost = (most: number): Target => [`at most ${most}`, (n) => n <= most];
export const none: Target = ["0", (n) => n === 0];

/** A figure of a preset. */
export function measured(
  preset: string,
  what: string,
  value: number,
  unit: string,
  target?: Target,
): Measure {
  const [words, holds] = preset === "balanced" && target !== undefined ? target : [];
  return {
    measure: `${preset}: ${what}`,
    value,
    unit,
    target: words ?? null,
    holds: holds?.(value) ?? null,
  };
}
