import type { Agent } from "./agent.ts";
import { toFailure } from "./to-failure.ts";

/** Makes a model call that guard has allowed under `key`. One that fails is told at once, and its error thrown. */
export async function makeCall<T>(
  agent: Agent,
  key: string,
  call: () => PromiseLike<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    await agent.end(key, toFailure(error, signal));
    throw error;
  }
}
