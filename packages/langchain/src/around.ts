/** What guard knows of the agent around its middleware. */
export interface Around {
  /** Whether the agent has a node for tools. */
  readonly hasTools?: boolean;
  /** Whether another middleware wraps tool calls, too. */
  readonly wrapsTools?: boolean;
  /** Whether no other middleware stands between guard and the model: then guard sees the request as it is sent. */
  readonly isNearest?: boolean;
  /** The abort signal in the agent's own options. */
  readonly signal?: AbortSignal | undefined;
}
