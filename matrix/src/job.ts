/**
 * Counts what one run does, by itself: the scripted models and the bodies of the tools tell it. Guard
 * tells it only the moment of the trip.
 */
export class Job {
  /** What the user asks for. Everything that belongs to the run repeats the number. */
  readonly text: string;
  readonly number: number;
  readonly models = { after: 0, granted: 0 };
  readonly tools = { after: 0, granted: 0, inFlight: 0 };
  /** Calls that a human or the wind-down allows after the trip. */
  readonly #grants = { models: 0, tools: 0 };
  readonly #onTrip: (() => void)[] = [];
  #tripped = false;
  #running = 0;

  constructor(number: number) {
    this.number = number;
    this.text = `Find the port of service #${number}.`;
  }

  get hasTripped(): boolean {
    return this.#tripped;
  }

  /** Guard has stopped the run. The tools that run now had started before. */
  trip(): void {
    if (!this.#tripped) this.tools.inFlight = this.#running;
    this.#tripped = true;
    for (const told of this.#onTrip) told();
  }

  onTrip(told: () => void): void {
    this.#onTrip.push(told);
  }

  grant({ models = 0, tools = 0 }: { models?: number; tools?: number }): void {
    this.#grants.models += models;
    this.#grants.tools += tools;
  }

  /** A model is asked. Only a `grantable` call can be one that was granted. */
  modelCalled(grantable = true): void {
    if (!this.#tripped) return;
    if (grantable && this.#grants.models > 0) {
      this.#grants.models -= 1;
      this.models.granted += 1;
    } else this.models.after += 1;
  }

  /** The body of a tool. It takes its time, as tools do: others start beside it. */
  async toolRun<T>(body: () => T | Promise<T>): Promise<T> {
    if (this.#tripped) {
      if (this.#grants.tools > 0) {
        this.#grants.tools -= 1;
        this.tools.granted += 1;
      } else this.tools.after += 1;
    }
    this.#running += 1;
    try {
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      return await body();
    } finally {
      this.#running -= 1;
    }
  }
}
