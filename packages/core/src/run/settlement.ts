import type { Outcome, Token } from "../vocabulary/call.ts";
import type { Circuit, Stance } from "./circuit.ts";
import type { Cost } from "./costs.ts";
import { finishRound, probeResult } from "./finish.ts";
import { endProbe } from "../machine/end-probe.ts";
import { settleCall, type Settling } from "./settle.ts";
import type { Round } from "./state.ts";

/** Takes one result in, and ends the round that waited for nothing else. */
export function settleResult(
  circuit: Circuit,
  token: Token,
  outcome: Outcome,
  cost: Cost | undefined,
  made: boolean,
): Pick<Settling, "settlement" | "postings"> {
  const stance = circuit.stance();
  const place = circuit.place(token.lane, "", stance.now);
  const call = circuit.state.inFlight.get(token.id);
  const settling = settleCall(place, token, call, outcome, cost, made);
  const { settlement, changes, postings, round } = settling;
  circuit.apply(changes);
  if (round !== undefined) end(circuit, token.lane, round, stance);
  if (!settlement.applied && settlement.reason === "stale") {
    circuit.emit({ type: "stale-result", agent: place.lane.agent });
  }
  return { settlement, postings };
}

function end(circuit: Circuit, key: string, round: Round, stance: Stance): void {
  const place = circuit.place(key, "", stance.now);
  const { machine } = circuit.state;
  if (round.probe === undefined || machine.status !== "half-open") {
    circuit.apply(finishRound(place, round));
    return;
  }
  const held = stance.override?.force === "open";
  const result = held ? "nothing" : probeResult(place, round, machine.trip.repeats);
  circuit.apply(finishRound(place, round));
  const { random, recovery } = circuit.settings;
  circuit.move(endProbe(machine, round.probe, result, stance.now, random(), recovery), stance);
}
