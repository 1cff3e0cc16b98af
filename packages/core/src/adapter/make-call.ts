import type { Agent } from "./agent.ts";
import { toFailure } from "./to-failure.ts";

/** Makes a model call that guard has allowed under `key`. Settles a call that fails, and throws its error. */
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
