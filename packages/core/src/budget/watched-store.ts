import type { Deadline } from "../ports/deadline.ts";
import { after, andThen } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";

/** What is told of a store's answers. */
export interface StoreWatcher {
  /** The store has this value under a key, or none; `expiresAt` is known where it was written. */
  seen(key: string, value: string | undefined, expiresAt?: number): void;
  /** A write of these keys came to no answer: it may have been done. */
  unsure(keys: readonly string[]): void;
}

/** A store whose answers to a call's questions have a deadline, and are watched. */
export function watchedStore(store: Store, deadline: Deadline, watcher: StoreWatcher): Store {
  return {
    get: (key) =>
      andThen(deadline.by(store.get(key)), (found) => {
        watcher.seen(key, found?.value);
        return found;
      }),
    compareAndSet: (writes) =>
      after(
        () => deadline.by(store.compareAndSet(writes)),
        (isDone) => {
          if (isDone)
            for (const { key, value, expiresAt } of writes) watcher.seen(key, value, expiresAt);
          return isDone;
        },
        (error) => {
          watcher.unsure(writes.map(({ key }) => key));
          throw error;
        },
      ),
    list: (prefix) => store.list(prefix),
    close: () => store.close(),
  };
}
