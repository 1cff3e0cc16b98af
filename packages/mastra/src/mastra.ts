/** An agent of Mastra, of any version that guard knows. */
export interface GuardableAgent {
  readonly id: string;
  readonly generate: (...args: never) => Promise<unknown>;
  readonly stream: (...args: never) => Promise<unknown>;
}

/** What a processor may do. */
export interface ProcessorContext {
  /** What a model has answered, where that is processed. */
  readonly chunks?: readonly { readonly type: string }[];
  readonly abort: (reason: string, options: { readonly metadata: unknown }) => never;
}
