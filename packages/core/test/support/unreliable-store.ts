import type { Store, StorePosting, Write } from "../../src/ports/store.ts";
import { memoryStore } from "../../src/store/memory-store.ts";
import type { ManualClock } from "./clock.ts";
import type { Way } from "./slow-store.ts";

/**
 * What a store does. `loses`: it writes, and its answer gets lost. `hangs`: it never answers. `hangs-after-writing`:
 * it writes, and answers or fails when it is told to. `full`: it has room for one open call.
 */
export type Behaviour =
  | "answers"
  | "answers-later"
  | "full"
  | "throws"
  | "rejects"
  | "loses"
  | "hangs"
  | "hangs-after-writing";

/** A store whose behaviour a test sets. */
export function unreliableStore(
  clock: ManualClock,
  behaviour: Behaviour = "answers",
  way: Way = "posts",
) {
  const inner = memoryStore({ clock });
  let now = behaviour;
  let asked = 0;
  const late: { resolve: () => void; reject: (error: Error) => void }[] = [];
  /** Another hold, and not the end of one. */
  const isFull = (writes: readonly (Write | StorePosting)[]) =>
    now === "full" &&
    inner.list("reservation:").length > 0 &&
    writes.every(({ key, expiresAt }) => !key.startsWith("reservation:") || expiresAt > 0);
  const write = <T>(changes: readonly (Write | StorePosting)[], start: () => T) =>
    isFull(changes) ? Promise.reject(new Error("no room")) : answer(start, true);
  const answer = <T>(read: () => T, isWrite: boolean): T | Promise<T> => {
    asked += 1;
    switch (now) {
      case "answers":
        return read();
      case "answers-later":
      case "full":
        return Promise.resolve(read());
      case "throws":
        throw new Error("no store");
      case "rejects":
        return Promise.reject(new Error("no store"));
      case "loses": {
        const done = read();
        return isWrite ? Promise.reject(new Error("no answer")) : Promise.resolve(done);
      }
      case "hangs":
        return new Promise<T>(() => {});
      case "hangs-after-writing": {
        const done = read();
        return isWrite
          ? new Promise<T>((resolve, reject) => late.push({ resolve: () => resolve(done), reject }))
          : Promise.resolve(done);
      }
    }
  };
  const store: Store = {
    get: (key) => answer(() => inner.get(key), false),
    compareAndSet: (writes) => write(writes, () => inner.compareAndSet(writes)),
    ...(way === "posts" ? { post: (postings) => write(postings, () => inner.post(postings)) } : {}),
    list: (prefix) => inner.list(prefix),
    close: () => {},
  };
  return {
    store,
    inner,
    be: (next: Behaviour) => void (now = next),
    /** How often it was asked. */
    asked: () => asked,
    /** Gives the answers that hang. */
    answerLate: () => late.splice(0).forEach(({ resolve }) => resolve()),
    failLate: () => late.splice(0).forEach(({ reject }) => reject(new Error("no store"))),
  };
}
