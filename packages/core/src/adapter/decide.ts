import { textsOf } from "./texts-of.ts";
import type { BreakerLane } from "../breaker/breaker-lane.ts";
import type { Call, Decision, ToolCall } from "../vocabulary/call.ts";
import type { CircuitOpenError } from "../vocabulary/errors.ts";
import { admitOrWait } from "./admit-or-wait.ts";
import { callKey, type AskedCall } from "./asked-calls.ts";
import type { Starting } from "./asking.ts";
import type { Run } from "./run.ts";
import { soundCall } from "./sound-call.ts";
import { tell, type Told } from "./told.ts";

/** Who asks for calls: a lane of an agent, and the notes for that agent. */
export interface Deciding {
  readonly run: Run;
  readonly lane: BreakerLane;
  readonly told: Told;
}

/** Asks the breaker for the calls of one answer. Keeps the error that stops the run. */
export async function decide(
  { run, lane }: Deciding,
  calls: readonly Call[],
  answer: string | undefined,
): Promise<readonly Decision[]> {
  const denied = run.latch.denial(lane);
  if (denied !== undefined) return calls.map(() => denied);
  const options = {
    mayProbe: run.latch.mayProbe,
    tellsBlocks: calls.every(({ kind }) => kind !== "model"),
    ...(answer === undefined ? {} : { answer }),
  };
  const decisions: readonly Decision[] = await admitOrWait(
    run.breaker,
    lane,
    calls.map(soundCall),
    options,
  );
  noteStop(run, lane, decisions);
  return decisions;
}

/** `decide` for what can't wait. */
export function decideSync(
  { run, lane }: Deciding,
  calls: readonly Call[],
  answer: string,
): readonly Decision[] {
  const denied = run.latch.denial(lane);
  if (denied !== undefined) return calls.map(() => denied);
  return lane.admitSync(calls.map(soundCall), {
    answer,
    mayProbe: run.latch.mayProbe,
    tellsBlocks: true,
  });
}

/** Remembers calls until their outcomes come. Returns the error, if they stop the run. */
export function remember(
  { run, lane, told }: Deciding,
  calls: readonly ToolCall[],
  meant: readonly Call[],
  decisions: readonly Decision[],
  { key, answer, stage }: { readonly key: string } & Pick<AskedCall, "answer" | "stage">,
): CircuitOpenError | undefined {
  for (const [index, call] of calls.entries()) {
    const decision = decisions[index]!;
    const asked = { call, meant: meant[index]!, answer, decision, stage, lane, told };
    run.asked.set(callKey(key, index), asked);
    tell(told, call.id, decision, false, textsOf(run));
  }
  return noteStop(run, lane, decisions);
}

/** The error of a decision, if the call must not be made. */
export function refusedBy({ run, lane }: Deciding, decision: Decision): Starting["refused"] {
  if (decision.verdict === "open") return run.stop ?? lane.toError(decision);
  return decision.verdict === "block" ? lane.toError(decision) : undefined;
}

function noteStop(
  run: Run,
  lane: BreakerLane,
  decisions: readonly Decision[],
): CircuitOpenError | undefined {
  const stopping = decisions.find(({ verdict }) => verdict === "open");
  return stopping === undefined ? undefined : run.latch.stopBy(lane, stopping);
}
