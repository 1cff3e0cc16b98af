import { setBounded } from "../collections/bounded-map.ts";
import { noLoop, goOn, type Loop } from "../evidence/loop.ts";
import { nothing } from "../budget/amounts.ts";
import { noTurnEvidence, type SharedRecord, type TurnEvidence } from "../evidence/records.ts";
import { hash } from "../signature/hash.ts";
import { maskVolatile } from "../signature/mask.ts";

/** A turn: what the user asked for, and how the turns before it ended. */
export interface Turn {
  /** How many turns its root run has had, this one included. Default: 1. */
  readonly number?: number | undefined;
  readonly evidence: TurnEvidence;
  /** The hash of the user's message without ids, dates and times. Empty if it is unknown. */
  readonly asked: string;
  /** Whether the root agent has asked for calls: then their outcomes tell more than the question. */
  readonly acts: boolean;
  /** The root agent, whose answers reach the user: the first agent of the run. */
  readonly agent: string | undefined;
  /** The root agent's calls, outcomes and answers as one hash. Empty at first. */
  readonly print: string;
  /** Whether its last answer was final. */
  readonly isFinal: boolean;
  /** When something last happened in the turn, in milliseconds since the epoch. */
  readonly at: number;
  /** How the turns before it ended. A loop in two wordings has two ends. */
  readonly ends: readonly string[];
  /** How many turns in a row ended like one before them and were asked for at once. */
  readonly again?: Loop | undefined;
}

/** Turns further apart are no loop, but a heartbeat or a person who comes back. */
const farApartMs = 60_000;
const keptEnds = 2;
const maxQuestions = 1_000;

export function noTurn(): Turn {
  return {
    evidence: noTurnEvidence(),
    asked: "",
    acts: false,
    agent: undefined,
    print: "",
    isFinal: false,
    at: 0,
    ends: [],
  };
}

/** A turn in which the root agent has asked for calls, and they have come back. */
export function withCalls(turn: Turn, what: string, now: number): Turn {
  return { ...turn, print: printWith(turn.print, what), acts: true, isFinal: false, at: now };
}

/** A turn in which the root agent has answered. */
export function withAnswer(turn: Turn, what: string, isFinal: boolean, now: number): Turn {
  return { ...turn, print: printWith(turn.print, what), isFinal, at: now };
}

/** Adds an event to the hash of what has happened. */
export function printWith(print: string, what: string): string {
  return hash(`${print}\n${what}`);
}

/**
 * Takes in the end of an independent question. The same question, asked again at once with the same end, counts one.
 */
export function learnQuestion(
  { questions }: TurnEvidence,
  question: string,
  end: string,
  now: number,
): void {
  const known = questions.get(question);
  const isLike = known?.end === end;
  const isAtOnce = known !== undefined && now - known.at < farApartMs;
  const loop = isLike ? known : { ...noLoop, count: 1 };
  const step = isLike && isAtOnce ? 1 : 0;
  setBounded(questions, question, { ...goOn(loop, step, []), end, at: now }, maxQuestions);
}

/**
 * The turn that follows a turn.
 *
 * @param text the user's message
 * @param keepsEffects whether guard remembers what the turn before has done in the world: it has ended without an
 *   answer
 */
export function nextTurn(turn: Turn, text: string, now: number, keepsEffects: boolean): Turn {
  const { print, ends, agent, again, at } = turn;
  const isFirst = print === "" && turn.asked === "";
  const number = (turn.number ?? 1) + (isFirst ? 0 : 1);
  const evidence = keepsEffects ? onlyEffects(turn.evidence) : noTurnEvidence();
  const asked = text === "" ? "" : hash(maskVolatile(text));
  if (print === "") return { ...noTurn(), number, asked, agent, ends, again, at, evidence };
  // "Yes" to one question is another end than "yes" to another question.
  const end = turn.acts ? print : printWith(print, turn.asked);
  const isLike = ends.includes(end);
  const isAtOnce = now - at < farApartMs;
  const loop = isLike ? (again ?? { ...noLoop, count: 1 }) : undefined;
  return {
    ...noTurn(),
    number,
    evidence,
    asked,
    agent,
    at,
    ends: [...ends.filter((one) => one !== end), end].slice(-keptEnds),
    again: loop && goOn(loop, isAtOnce ? 1 : 0, [{ spent: nothing }]),
  };
}

/** What a run leaves of its turn to the next run: what it has done in the world, and how turns ended. */
export function leftOf(turn: Turn): Turn {
  return { ...turn, evidence: onlyEffects(turn.evidence) };
}

/**
 * The turn of a run that goes on from an older checkpoint. A checkpoint rewinds evidence; guard still knows what was
 * done in the world since then.
 */
export function withEffectsOf(turn: Turn, left: Turn): Turn {
  const signatures = new Map(turn.evidence.signatures);
  for (const [signature, { done }] of left.evidence.signatures) {
    const known = signatures.get(signature) ?? { asked: noLoop };
    const isMore = done !== undefined && done.count > (known.done?.count ?? 0);
    if (isMore) signatures.set(signature, { ...known, done });
  }
  return { ...turn, evidence: { ...turn.evidence, signatures } };
}

/** The part of a turn that tells what was done in the world. */
function onlyEffects({ signatures, effects }: TurnEvidence): TurnEvidence {
  const done = [...signatures].flatMap(([signature, { done: own }]): [string, SharedRecord][] =>
    own === undefined ? [] : [[signature, { asked: noLoop, done: own }]],
  );
  return { ...noTurnEvidence(), effects, signatures: new Map(done) };
}
