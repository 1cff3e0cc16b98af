// `guardClient(client, registry)` returns another client. People may go on with the one that they gave.

type Method = (this: unknown, ...args: unknown[]) => unknown;

/** What to do at the first call that goes past guard, by client. */
const tells = new WeakMap<object, () => void>();

/** Clients whose calls guard hears. */
const heard = new WeakSet<object>();

/** Whether guard itself is sending. */
let isGuards = false;

/** Sends a call by the client that was given. */
export function asGuard<T>(send: () => T): T {
  isGuards = true;
  try {
    return send();
  } finally {
    isGuards = false;
  }
}

/**
 * Calls `tell` at the first tool call of this client that goes past guard.
 *
 * @returns what ends that: the guarded client is in use
 */
export function hearPastGuard(client: object, tell: () => void): () => void {
  tells.set(client, tell);
  const end = () => void tells.delete(client);
  if (heard.has(client)) return end;
  heard.add(client);
  // A proxy of the user's stores properties in the client behind it, so this takes the method from there.
  const own = Object.getOwnPropertyDescriptor(client, "callTool")?.value as unknown;
  const method = own ?? Reflect.get(Object.getPrototypeOf(client) as object, "callTool", client);
  if (typeof method !== "function") return end;
  const value: Method = function (...args) {
    const told = isGuards ? undefined : tells.get(client);
    if (told !== undefined) {
      end();
      try {
        told();
      } catch {} // an unguarded call fails by no error of guard's
    }
    return method.apply(this, args) as unknown;
  };
  Reflect.defineProperty(client, "callTool", { value, writable: true, configurable: true });
  return end;
}
