import { setBounded } from "../collections/bounded-map.ts";
import { noLoop, goOn, type Loop } from "../evidence/loop.ts";
import { nothing } from "../budget/amounts.ts";
import { noTurnEvidence, type SharedRecord, type TurnEvidence } from "../evidence/records.ts";
import { hash } from "../signature/hash.ts";
import { maskVolatile } from "../signature/mask.ts";

/** What the user asked for once, and what came of the turns before. */
export interface Turn {
  readonly evidence: TurnEvidence;
  /** What the user has asked for, as a hash that leaves out what is volatile; empty where it is unknown. */
  readonly asked: string;
  /** Whether that agent has asked for calls: then what came back says more than what was asked. */
  readonly acts: boolean;
  /** The agent whose answers reach the user: the first one that was heard of. */
  readonly agent: string | undefined;
  /** What that agent has asked for, what came back and what it answered, as one hash; empty at first. */
  readonly print: string;
  /** Whether its last answer was final. */
  readonly isFinal: boolean;
  /** When something happened in it last, in milliseconds since the epoch. */
  readonly at: number;
  /** How the turns before it have ended: a loop in two wordings has two ways. */
  readonly ends: readonly string[];
  /** How often in a row a turn has ended like one before it, and was asked for at once. */
  readonly again?: Loop | undefined;
}

/** Turns further apart are no loop: a heartbeat, a person who comes back. */
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

/** What has happened so far, and something more, as one hash. */
export function printWith(print: string, what: string): string {
  return hash(`${print}\n${what}`);
}

/** Takes in how an independent question was answered. Asked again at once with the same end it counts one. */
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
 * @param text what the user says
 * @param keepsEffects whether what has been done in the world stays known: the turn before has come to no answer
 */
export function nextTurn(turn: Turn, text: string, now: number, keepsEffects: boolean): Turn {
  const { print, ends, agent, again, at } = turn;
  const evidence = keepsEffects ? onlyEffects(turn.evidence) : noTurnEvidence();
  const asked = text === "" ? "" : hash(maskVolatile(text));
  if (print === "") return { ...noTurn(), asked, agent, ends, again, at, evidence };
  // "Yes" to one question is not the same end as "yes" to another one.
  const end = turn.acts ? print : printWith(print, turn.asked);
  const isLike = ends.includes(end);
  const isAtOnce = now - at < farApartMs;
  const loop = isLike ? (again ?? { ...noLoop, count: 1 }) : undefined;
  return {
    ...noTurn(),
    evidence,
    asked,
    agent,
    at,
    ends: [...ends.filter((one) => one !== end), end].slice(-keptEnds),
    again: loop && goOn(loop, isAtOnce ? 1 : 0, [{ spent: nothing }]),
  };
}

/** What a run leaves of its turn to the next one: what was done in the world, and how turns have ended. */
export function leftOf(turn: Turn): Turn {
  return { ...turn, evidence: onlyEffects(turn.evidence) };
}

/**
 * The turn of a run that goes on from an older checkpoint: what was done in the world since then stays known. Evidence is
 * rewound with a checkpoint, effects are not.
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

/** Of what a turn knows, what has been done in the world. */
function onlyEffects({ signatures, effects }: TurnEvidence): TurnEvidence {
  const done = [...signatures].flatMap(([signature, { done: own }]): [string, SharedRecord][] =>
    own === undefined ? [] : [[signature, { asked: noLoop, done: own }]],
  );
  return { ...noTurnEvidence(), effects, signatures: new Map(done) };
}
