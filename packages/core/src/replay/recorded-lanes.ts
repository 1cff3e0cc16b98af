import type { Breaker } from "../breaker/breaker.ts";
import type { Lane } from "../breaker/lane.ts";
import { policyFromName } from "../evidence/policy.ts";
import type { RecordedEvent } from "../vocabulary/recorded-event.ts";
import { agentOf, type RecordedCall } from "./recorded-rounds.ts";

/**
 * The lanes of a recording, one for each agent, and its turns. The first agent talks to the user.
 *
 * A new `turn` begins a turn; without `turn`, each user event does. Without both, the events after an answer given by a
 * call are a turn of their own.
 */
export class Lanes {
  readonly #breaker: Breaker;
  readonly #root: string;
  readonly #tellsTurns: boolean;
  #turn: number | undefined;

  constructor(breaker: Breaker, events: readonly RecordedEvent[]) {
    this.#breaker = breaker;
    this.#root =
      events.map((event) => agentOf(event)).find((agent) => agent !== undefined) ?? "agent";
    this.#tellsTurns = events.some(({ type, turn }) => type === "user" || turn !== undefined);
  }

  /** The lane of an event. */
  of(event: RecordedEvent): Lane {
    const { turn } = event;
    if (turn !== undefined && turn !== this.#turn) {
      this.#turn = turn;
      this.#breaker.agent(this.#root).userMessage(event.type === "user" ? (event.text ?? "") : "");
    }
    const lane = event.type === "user" ? undefined : event.lane;
    return this.#breaker.agent(agentOf(event) ?? this.#root, lane);
  }

  heard(event: RecordedEvent & { type: "user" }): void {
    const lane = this.of(event);
    if (event.turn === undefined) lane.userMessage(event.text ?? "");
  }

  /** A round has finished. */
  finished(round: readonly RecordedCall[]): void {
    if (this.#tellsTurns || !round.every(isAnswer)) return;
    if ((agentOf(round[0]!) ?? this.#root) !== this.#root) return;
    this.#breaker.agent(this.#root).userMessage("");
  }
}

function isAnswer(call: RecordedCall): boolean {
  return call.type === "tool" && (call.policy ?? policyFromName(call.tool)) === "output";
}
