import type { Clock } from "./clock.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Wait } from "./wait.ts";

interface DeadlineOptions {
  readonly clock: Clock;
  readonly wait: Wait;
  readonly timeoutMs: number;
}

/**
 * How long a port may take for an answer. Once it has let a deadline pass, what needs the port fails at once for as
 * long again; then one caller finds out whether it answers, while the others still fail at once.
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
   * Starts what needs the port.
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

  /** One answer of the port; what is there at once is handed on. Rejects where it comes too late. */
  by<T>(answer: MaybePromise<T>): MaybePromise<T> {
    if (!(answer instanceof Promise)) return answer;
    const inTime = this.#inTime(answer);
    inTime.catch(() => {}); // who asked may have failed already, and then looks at no more answers
    return inTime;
  }

  async #inTime<T>(answer: Promise<T>): Promise<T> {
    const { clock, wait, timeoutMs } = this.#options;
    const over = new AbortController();
    const answers = () => {
      this.#isHanging = false;
    };
    answer.then(answers, answers); // a late one too
    const tooLate = async (): Promise<never> => {
      await wait(timeoutMs, over.signal);
      if (!over.signal.aborted) {
        this.#isHanging = true;
        this.#askAgainAt = clock() + timeoutMs;
      }
      throw this.#noAnswer();
    };
    try {
      return await Promise.race([answer, tooLate()]);
    } finally {
      over.abort();
    }
  }

  #noAnswer(): Error {
    return new Error(`the ${this.#port} has not answered within ${this.#options.timeoutMs} ms`);
  }
}
