import type { Deadline } from "../ports/deadline.ts";
import { after, andThen, type MaybePromise } from "../ports/maybe-promise.ts";
import type { Store } from "../ports/store.ts";
import type { Kept } from "../store/figures.ts";

/** Callbacks for a store's answers. */
export interface StoreWatcher {
  /** The store has this value under a key, or none. `expiresAt` is set after a write. */
  seen(key: string, value: Kept | undefined, expiresAt?: number): void;
  /** A write of these keys got no answer: it may have been done. */
  unsure(keys: readonly string[]): void;
}

/** A store with a deadline and callbacks for its answers. It has `post` if the store has it. */
export function watchedStore(store: Store, deadline: Deadline, watcher: StoreWatcher): Store {
  /** Writes. Without an answer the keys are uncertain. */
  const write = <T>(
    changes: readonly { readonly key: string }[],
    start: () => MaybePromise<T>,
    done: (answer: T) => void,
  ): MaybePromise<T> =>
    after(
      () => deadline.by(start()),
      (answer) => {
        done(answer);
        return answer;
      },
      (error) => {
        watcher.unsure(changes.map(({ key }) => key));
        throw error;
      },
    );
  const watched: Store = {
    get: (key) =>
      andThen(deadline.by(store.get(key)), (found) => {
        watcher.seen(key, found?.value);
        return found;
      }),
    compareAndSet: (writes) =>
      write(
        writes,
        () => store.compareAndSet(writes),
        (isDone) => {
          if (!isDone) return;
          for (const { key, value, expiresAt } of writes) watcher.seen(key, value, expiresAt);
        },
      ),
    list: (prefix) => store.list(prefix),
    close: () => store.close(),
  };
  if (store.post === undefined) return watched;
  return {
    ...watched,
    post: (postings) =>
      write(
        postings,
        () => store.post!(postings),
        (figures) => {
          if (figures === undefined) return;
          for (const { key, expiresAt } of postings) {
            watcher.seen(key, figures.get(key) ?? {}, expiresAt);
          }
        },
      ),
  };
}
