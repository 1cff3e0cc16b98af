import { setBounded } from "../collections/bounded-map.ts";
import { withHandoffs, withRejection } from "./handoffs.ts";
import { acts, changesTheWorld } from "./learn-call.ts";
import { maxRecords, type RoundNews } from "./learn-round.ts";
import { goOn, noLoop, type Loop } from "./loop.ts";
import { effectOf, makes, takesBack } from "./policy.ts";
import type { FinishedCall } from "./finished-call.ts";
import type { AgentRecord, Done, LaneEvidence, SharedRecord, TurnEvidence } from "./records.ts";
import type { SignedCall } from "./signed-call.ts";

const noRecord: SharedRecord = { asked: noLoop };
const noAgent: AgentRecord = { works: 0, words: 0, said: [] };

/** How many answers of an agent guard remembers. */
const keptAnswers = 32;

/** What a turn knows after new calls. Identical calls come once. */
export function learnStart(turn: TurnEvidence, calls: readonly SignedCall[]): TurnEvidence {
  for (const { signature, kind } of calls) {
    if (kind === "model") continue;
    const known = turn.signatures.get(signature) ?? noRecord;
    const { asked } = known;
    const record = {
      ...known,
      asked: { ...asked, count: asked.count + 1, calls: asked.calls + 1 },
    };
    setBounded(turn.signatures, signature, record, maxRecords);
  }
  const delegations = calls.flatMap(({ delegation }) => delegation ?? []);
  return delegations.length === 0 ? turn : { ...turn, handoffs: withHandoffs(turn, delegations) };
}

/** What a turn knows after a round of an agent. */
export function learnEffects(
  turn: TurnEvidence,
  agent: string,
  calls: readonly FinishedCall[],
  { works }: RoundNews,
): TurnEvidence {
  const changes = calls.filter(changesTheWorld);
  const effects = turn.effects + changes.length;
  const mutations = turn.mutations + changes.filter(({ policy }) => policy === "mutating").length;
  let { handoffs } = turn;
  const takenBack = takenBackAfter(turn.takenBack, calls);
  for (const call of calls) {
    const { signature, counts, delegation } = call;
    const known = turn.signatures.get(signature);
    if (known !== undefined) {
      const asked = { ...goOn(known.asked, 0, [call]), calls: known.asked.calls };
      const done =
        counts && hasEffect(call) ? doneAfter(known, call, effects, takenBack) : known.done;
      turn.signatures.set(signature, { ...known, asked, ...(done && { done }) });
    }
    if (delegation === undefined) continue;
    const hasSaid = !call.unseen && call.isTold && !call.failed && !call.empty;
    if (hasSaid && counts) heard(turn, delegation.to, call.masked);
    else if (call.failed || call.empty) handoffs = withRejection(handoffs, delegation);
  }
  if (works) withWork(turn, agent);
  return { ...turn, effects, mutations, takenBack, handoffs };
}

/** An agent has answered. */
export function learnSaid(turn: TurnEvidence, agent: string, text: string): void {
  heard(turn, agent, text);
}

/** An instance of an agent has ended: later instances remember what it has seen. */
export function learnEnd(
  turn: TurnEvidence,
  agent: string,
  { signatures }: Pick<LaneEvidence, "signatures">,
): TurnEvidence {
  const ended = turn.ended + 1;
  for (const [signature, { outcomes }] of signatures) {
    setBounded(turn.earlier, `${agent}\n${signature}`, { outcomes, ended }, maxRecords);
  }
  return { ...turn, ended };
}

/** Whether a call has an effect in the world that adds up when it is done again. */
export function hasEffect(call: SignedCall): boolean {
  return call.policy === "mutating" && effectOf(call.tool) !== "none";
}

/** What a call has done so far, if doing it again is the same effect. */
export function doneStill(
  tool: string,
  done: Done | undefined,
  { effects, takenBack }: Pick<TurnEvidence, "effects" | "takenBack">,
): Loop {
  const isOther = effectOf(tool) === "redone" && done?.effects !== effects;
  const isGone = done?.takenBack !== timesTakenBack(tool, takenBack);
  return done === undefined || isOther || isGone ? noLoop : done;
}

function doneAfter(
  known: SharedRecord,
  call: FinishedCall,
  effects: number,
  takenBack: TurnEvidence["takenBack"],
): SharedRecord["done"] {
  if (!acts(call)) return known.done;
  const { tool } = call;
  const before = doneStill(tool, known.done, { effects, takenBack });
  return { ...goOn(before, 1, [call]), effects, takenBack: timesTakenBack(tool, takenBack) };
}

function timesTakenBack(tool: string, takenBack: TurnEvidence["takenBack"]): number {
  const kind = makes(tool);
  return kind === undefined ? 0 : (takenBack[keyOf(kind)] ?? 0);
}

/** Models invent names: a name may be one that every object has, such as `constructor`. */
const keyOf = (kind: string) => `a ${kind}`;

/** How many kinds of removed things guard remembers. */
const maxKinds = 100;

function takenBackAfter(
  before: TurnEvidence["takenBack"],
  calls: readonly FinishedCall[],
): TurnEvidence["takenBack"] {
  const kinds = calls.flatMap((call) => (acts(call) ? (takesBack(call.tool) ?? []) : []));
  if (kinds.length === 0) return before;
  const after = kinds.map((kind) => [keyOf(kind), (before[keyOf(kind)] ?? 0) + 1] as const);
  return Object.fromEntries([...Object.entries(before), ...after].slice(-maxKinds));
}

function heard({ agents }: TurnEvidence, agent: string, text: string): void {
  const known = agents.get(agent) ?? noAgent;
  const isNew = !known.said.includes(text);
  const said = isNew ? [...known.said, text].slice(-keptAnswers) : known.said;
  setBounded(agents, agent, { ...known, words: known.words + (isNew ? 1 : 0), said }, maxRecords);
}

function withWork({ agents }: TurnEvidence, agent: string): void {
  const known = agents.get(agent) ?? noAgent;
  setBounded(agents, agent, { ...known, works: known.works + 1 }, maxRecords);
}
