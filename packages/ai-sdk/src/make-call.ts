import { toFailure, type Agent } from "@guard/core/adapter";
import type { GuardedModel, Request } from "./to-call.ts";

/** An agent that asks a model. */
export interface Asking {
  readonly agent: Agent;
  readonly model: GuardedModel;
  /** The request as the model will read it. */
  readonly sent: Request;
}

/** Makes a model call that guard has allowed. One that fails is told at once. */
export async function makeCall<T>(
  { agent, sent, key }: Asking & { readonly key: string },
  call: () => PromiseLike<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    await agent.end(key, toFailure(error, sent.abortSignal));
    throw error;
  }
}
