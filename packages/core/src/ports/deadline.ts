import type { Clock } from "./clock.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Timer } from "./timer.ts";

interface DeadlineOptions {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly timeoutMs: number;
}

/**
 * How long a port may take for an answer. After a missed deadline, calls of the port fail at once for the same time.
 * Then one caller tries the port, while the others still fail at once.
 */
export class Deadline {
  readonly #port: string;
  readonly #options: DeadlineOptions;
  #isHanging = false;
  #askAgainAt = 0;

  constructor(port: string, options: DeadlineOptions) {
    this.#port = port;
    this.#options = options;
  }

  /**
   * Calls the port.
   *
   * @throws {Error} naming the port, while it hangs
   */
  ask<T>(start: () => MaybePromise<T>): MaybePromise<T> {
    if (this.#isHanging) {
      const { clock, timeoutMs } = this.#options;
      const now = clock();
      const leftMs = this.#askAgainAt - now;
      // A clock that was set back must not make the pause longer.
      if (leftMs > 0 && leftMs <= 2 * timeoutMs) throw this.#noAnswer();
      this.#askAgainAt = now + 2 * timeoutMs;
    }
    return start();
  }

  /** Waits for an answer of the port. Rejects if it comes too late. */
  by<T>(answer: MaybePromise<T>): MaybePromise<T> {
    if (!(answer instanceof Promise)) return answer;
    const inTime = new Promise<T>((resolve, reject) => {
      const stop = this.#options.timer(this.#options.timeoutMs, () => {
        this.#isHanging = true;
        this.#askAgainAt = this.#options.clock() + this.#options.timeoutMs;
        reject(this.#noAnswer());
      });
      const answers = () => {
        stop();
        this.#isHanging = false; // where it comes too late as well
      };
      answer.then(answers, answers);
      answer.then(resolve, reject);
    });
    inTime.catch(() => {}); // who asked may have failed already, and then looks at no more answers
    return inTime;
  }

  #noAnswer(): Error {
    return new Error(`the ${this.#port} has not answered within ${this.#options.timeoutMs} ms`);
  }
}
