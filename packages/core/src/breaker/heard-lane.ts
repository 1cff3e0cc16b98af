import { hearUser } from "../run/begin-turn.ts";
import { askLane, endLane, type LaneName } from "../run/use-lane.ts";
import { witness } from "../run/witness.ts";
import type { Call, Outcome } from "../vocabulary/call.ts";
import type { Inside } from "./inside.ts";

/** A lane: its name and its key. Everything else is in the breaker's state. */
export class HeardLane {
  readonly agent: string;
  protected readonly name: LaneName;
  protected readonly id: string;
  protected readonly inside: Inside;

  /**
   * @param id tells lanes of one agent apart
   * @param root names the root run, where several use the breaker
   */
  constructor(inside: Inside, agent: string, id: string, root: string) {
    this.inside = inside;
    this.agent = agent;
    this.id = id;
    const parts =
      root === "" ? [agent, id].filter((part, at) => at === 0 || part) : [agent, id, root];
    this.name = { key: parts.join("\n"), agent, root };
  }

  userMessage(text: string): void {
    this.#use();
    const { circuit, recording, settings } = this.inside;
    hearUser(circuit.state, this.name, text, settings.clock());
    recording?.userMessage(this.agent, text);
  }

  /** Whether its breaker is new: it was asked for nothing, and goes on from no snapshot. */
  get isFresh(): boolean {
    return this.inside.circuit.state.tokens === 0;
  }

  /** Whether the lane was not used for `idleRunMs`, and so counts as ended. */
  get isIdle(): boolean {
    const { circuit, settings } = this.inside;
    const usedAt = circuit.state.lanes.get(this.name.key)?.usedAt ?? 0;
    return settings.clock() - usedAt >= settings.idleRunMs;
  }

  /** Tells guard the first question of the lane, as a hash: another lane may have had the same question. */
  begin(question: string): void {
    this.#use();
    askLane(this.inside.circuit.state, this.name.key, `${this.agent}\n${question}`);
  }

  /** Takes in a round from before the breaker: guard learns from it, and books nothing. */
  witness(round: readonly (readonly [Call, Outcome])[]): void {
    this.#use();
    witness(this.inside.circuit, this.name, round);
  }

  /** The agent's instance has ended: guard may forget the lane when it has no open call. */
  end(): void {
    endLane(this.inside.circuit.state, this.name.key);
  }

  #use(): void {
    const { circuit, settings } = this.inside;
    circuit.useLane(this.name, settings.clock());
  }
}
