import type { KeyedAlert } from "./alert.ts";

/** An alert that waits to be sent. */
export interface WaitingAlert extends KeyedAlert {
  /** How often sending has failed. */
  readonly attempts: number;
}

/**
 * Keeps alerts until they are sent. `memoryOutbox` ends with the process, `ledger.outbox` of `@guard/ledger-sqlite` does not.
 * If an outbox throws, the sink tells `onError` and goes on.
 */
export interface Outbox {
  /** Keeps an alert, unless the outbox has had its key already. */
  add(alert: KeyedAlert, now: number): void;
  /** Takes the alerts that are to be sent now, the oldest first. No other process takes them while this one sends. */
  due(now: number): readonly WaitingAlert[];
  /** When the next alert is due, in milliseconds since the epoch; `undefined` if none waits. */
  nextAt(): number | undefined;
  /** The alert arrived, or the receiver refuses it for good. It is not sent again. */
  done(key: string): void;
  /** Sending failed. The alert is due again at that moment. */
  retryAt(key: string, at: number): void;
}

/** How many keys of sent alerts an outbox remembers. */
const maxDone = 1_000;

/** An outbox in this process's memory. Alerts that are not sent when the process ends are lost. */
export function memoryOutbox(): Outbox {
  const waiting = new Map<string, { alert: KeyedAlert["alert"]; attempts: number; at: number }>();
  const done = new Set<string>();
  return {
    add({ key, alert }, now) {
      if (!waiting.has(key) && !done.has(key)) waiting.set(key, { alert, attempts: 0, at: now });
    },
    due: (now) =>
      [...waiting].flatMap(([key, { alert, attempts, at }]) =>
        at <= now ? [{ key, alert, attempts }] : [],
      ),
    nextAt() {
      const moments = [...waiting.values()].map(({ at }) => at);
      return moments.length === 0 ? undefined : Math.min(...moments);
    },
    done(key) {
      waiting.delete(key);
      done.add(key);
      for (const oldest of done) if (done.size > maxDone) done.delete(oldest);
    },
    retryAt(key, at) {
      const one = waiting.get(key);
      if (one !== undefined) waiting.set(key, { ...one, attempts: one.attempts + 1, at });
    },
  };
}
