import type { GuardedModel } from "@guard/ai-sdk/codec";

/** An agent of Mastra, of any version that guard knows. */
export interface GuardableAgent {
  readonly id: string;
  readonly generate: (...args: never) => Promise<unknown>;
  readonly stream: (...args: never) => Promise<unknown>;
}

/** The places inside an agent that all of its requests, tools and sub-agents pass. */
export interface Places {
  resolveModelConfig: (...args: readonly unknown[]) => Promise<unknown>;
  listResolvedInputProcessors: (...args: readonly unknown[]) => Promise<readonly unknown[]>;
  convertTools: (...args: readonly unknown[]) => Promise<Readonly<Record<string, object>>>;
  listAgents: (...args: readonly unknown[]) => MaybePromise<Readonly<Record<string, unknown>>>;
}

export type MaybePromise<T> = T | Promise<T>;

/** A model as Mastra asks it: what it answers is a stream, whichever way it is asked. */
export type MastraModel = GuardedModel;

/** How a call of an agent is made. */
export interface CallOptions {
  readonly structuredOutput?: { readonly model?: unknown } | undefined;
}

/** What a processor may do. */
export interface ProcessorContext {
  /** What a model has answered, where that is processed. */
  readonly chunks?: readonly { readonly type: string }[];
  readonly abort: (reason: string, options: { readonly metadata: unknown }) => never;
}
