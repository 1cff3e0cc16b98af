import { setImmediate as turn } from "node:timers/promises";
import type { Answer, Driver, MakeDriver } from "./driver.ts";
import { withFakeTime, type FakeTime } from "./fake-time.ts";
import { BadRequest, type Scenario, type Step, type StepOfCall } from "./scenario.ts";
import { hearUnhandled } from "./unhandled.ts";

/** What a scenario ends with: the state of the circuit, and what the caller of the last call got. */
export interface Outcome {
  readonly state: string;
  readonly answer: Answer;
}

/** Plays a scenario with one library, in a fake time that all of its clocks and timers follow. */
export function playScenario(scenario: Scenario, make: MakeDriver): Promise<Outcome> {
  return withFakeTime((time) =>
    new Player(make(scenario.rule ?? "three in a row"), time).play(scenario),
  );
}

const own = new Error("503");

class Player {
  #driver: Driver;
  readonly #time: FakeTime;
  #answer: Answer = "no answer";
  #begun: { resolve(value: string): void; reject(error: Error): void } | undefined;
  /** Which call the scenario asks about: the last one. */
  #lastCall = 0;

  constructor(driver: Driver, time: FakeTime) {
    this.#driver = driver;
    this.#time = time;
  }

  async play({ steps }: Scenario): Promise<Outcome> {
    const crashes = () => void (this.#answer = "crash");
    await hearUnhandled(crashes, async () => {
      for (const step of steps) {
        await this.#take(step);
        await turn(); // what the step has set off comes to its end
      }
    });
    return { state: this.#driver.state, answer: this.#answer };
  }

  async #take(step: Step): Promise<void> {
    const seconds = Number(/\d+$/.exec(step)?.[0]);
    if (step.startsWith("wait ")) return this.#time.pass(1_000 * seconds);
    if (step.startsWith("clock back ")) return this.#time.setBack(1_000 * seconds);
    switch (step) {
      case "listener throws":
        return this.#driver.onEvents(() => {
          throw new Error("a listener");
        });
      case "restart":
        this.#driver = this.#driver.restarted();
        return;
      case "hold":
      case "free":
        await this.#driver[step]();
        return;
      case "begun ok":
        return this.#begun!.resolve("late");
      case "begun fail":
        return this.#begun!.reject(own);
      default:
        this.#call(step as StepOfCall);
        await turn();
        if (step === "slow") this.#time.pass(2_000);
    }
  }

  #call(step: StepOfCall): void {
    const fn = {
      ok: async () => "fine",
      fail: () => Promise.reject(own),
      excluded: () => Promise.reject(new BadRequest("400")),
      abort: () => Promise.reject(new DOMException("stopped", "AbortError")),
      slow: () => new Promise<string>((resolve) => setTimeout(() => resolve("fine"), 2_000)),
      hang: () => new Promise<string>(() => {}),
      begin: () => new Promise<string>((resolve, reject) => (this.#begun = { resolve, reject })),
    }[step];
    const driver = this.#driver;
    const id = ++this.#lastCall;
    this.#answer = "no answer";
    const told = (answer: Answer) => {
      if (id === this.#lastCall) this.#answer = answer;
    };
    driver.call(fn).then(
      () => told("result"),
      (error: unknown) => {
        const isOwn = error === own || error instanceof BadRequest || error instanceof DOMException;
        told(driver.isRefusal(error) ? "refused" : isOwn ? "own error" : "other error");
      },
    );
  }
}
