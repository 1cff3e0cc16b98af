/** The store forgets a circuit a week after its last change, and an override a week after its end. */
export const circuitKeptMs: number = 7 * 24 * 60 * 60_000;
