/** What `guardAgent` needs of an agent. Every agent of `@mastra/core` 1.33 or later has it. */
export interface GuardableAgent {
  readonly id: string;
  readonly generate: (...args: never) => Promise<unknown>;
  readonly stream: (...args: never) => Promise<unknown>;
}

/** What Mastra gives a processor. */
export interface ProcessorContext {
  /** The answer of the model. Missing before the model has answered. */
  readonly chunks?: readonly { readonly type: string }[];
  readonly abort: (reason: string, options: { readonly metadata: unknown }) => never;
}
