/** A call that waits for a person. */
export interface Ticket<Input> {
  readonly id: string;
  readonly input: Input;
  /** When the call came in, in milliseconds since the epoch. */
  readonly at: number;
  /** The routes that did not answer before, and the names of their errors. */
  readonly failed: readonly { readonly name: string; readonly error: string }[];
}

/** A ticket as a store keeps it. `done` holds what a person said. */
export interface StoredTicket<Input, Answer> extends Ticket<Input> {
  readonly done?: { readonly answer: Answer } | { readonly refused: string };
}
