import { checkListener } from "../options/check-value.ts";
import {
  eventNames,
  type EventName,
  type GuardEvent,
  type Listener,
} from "../vocabulary/events.ts";

/** Delivers events one after the other. An error of a listener becomes an event of its own. */
export class Emitter {
  readonly #listeners = new Map<EventName | "*", Set<(event: GuardEvent) => unknown>>();
  readonly #waiting: GuardEvent[] = [];
  readonly #parent: Emitter | undefined;
  #delivering = false;

  constructor(parent?: Emitter) {
    this.#parent = parent;
  }

  /**
   * Calls `listener` for every event of that name, or with `"*"` for every event. Returns a function that removes the
   * listener.
   *
   * @throws {TypeError} for an event that does not exist, and for a listener that is no function
   */
  on<Name extends EventName | "*">(name: Name, listener: Listener<Name>): () => void {
    checkListener(name, listener, eventNames);
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    // Each call of `on` is its own subscription, also for the same function.
    const own = (event: GuardEvent) => listener(event as Parameters<Listener<Name>>[0]);
    listeners.add(own);
    return () => void listeners.delete(own);
  }

  /** Whether any listener would hear an event of that name. */
  hears(name: EventName): boolean {
    const hears = (of: EventName | "*") => (this.#listeners.get(of)?.size ?? 0) > 0;
    return hears(name) || hears("*") || (this.#parent?.hears(name) ?? false);
  }

  emit(...events: readonly GuardEvent[]): void {
    this.#waiting.push(...events);
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        this.#deliver(next);
        this.#parent?.emit(next);
      }
    } finally {
      this.#delivering = false;
    }
  }

  #deliver(event: GuardEvent): void {
    const listeners = [event.type, "*" as const].flatMap((name) => [
      ...(this.#listeners.get(name) ?? []),
    ]);
    for (const listener of listeners) {
      const failed = (error: unknown) => this.#failed(event, error);
      try {
        const result = listener(event);
        if (result instanceof Promise) result.catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }

  #failed(event: GuardEvent, error: unknown): void {
    // An event for an error in a listener of `listener-error` would never end.
    if (event.type === "listener-error") return;
    const { run, at } = event;
    this.emit({ type: "listener-error", run, at, event: event.type, error });
  }
}
